"""The addresses a customer opens; each holds a token and nothing else that tells."""

from django.urls import path

from respond import answering, codes, previewing, stopping

urlpatterns = [
    path("s/<str:token>", answering.question, name="question"),
    path("s/<str:token>/why", answering.why, name="why"),
    path("s/<str:token>/thanks", answering.thanks, name="thanks"),
    path("p/<str:token>", previewing.page, name="preview"),
    path("p/<str:token>/why", previewing.why, name="preview_why"),
    path("p/<str:token>/thanks", previewing.thanks, name="preview_thanks"),
    path("p/<str:token>/mail", previewing.mail, name="preview_mail"),
    path("s/<str:token>/qr.svg", codes.svg, name="qr_svg"),
    path("s/<str:token>/qr.png", codes.png, name="qr_png"),
    path("u/<str:token>", stopping.stop, name="stop"),
    path("u/<str:token>/choices", stopping.choices, name="choices"),
]
