"""The addresses a customer opens; each holds a token and nothing else that tells."""

from django.urls import path

from respond import answering, codes, openly, previewing, snippets, stopping, withdrawing

urlpatterns = [
    path("s/<str:token>", answering.question, name="question"),
    path("s/<str:token>/why", answering.why, name="why"),
    path("s/<str:token>/thanks", answering.thanks, name="thanks"),
    path("s/<str:token>/not-me", withdrawing.not_me, name="not_me"),
    path("l/<str:token>", openly.question, name="open_question"),
    path("l/<str:token>/why", openly.why, name="open_why"),
    path("l/<str:token>/thanks", openly.thanks, name="open_thanks"),
    path("l/<str:token>/mail", snippets.mail, name="open_mail"),
    path("l/<str:token>/qr.svg", codes.open_svg, name="open_qr_svg"),
    path("l/<str:token>/qr.png", codes.open_png, name="open_qr_png"),
    path("p/<str:token>", previewing.page, name="preview"),
    path("p/<str:token>/why", previewing.why, name="preview_why"),
    path("p/<str:token>/thanks", previewing.thanks, name="preview_thanks"),
    path("p/<str:token>/not-me", previewing.not_me, name="preview_not_me"),
    path("p/<str:token>/mail", previewing.mail, name="preview_mail"),
    path("s/<str:token>/qr.svg", codes.svg, name="qr_svg"),
    path("s/<str:token>/qr.png", codes.png, name="qr_png"),
    path("u/<str:token>", stopping.stop, name="stop"),
    path("u/<str:token>/choices", stopping.choices, name="choices"),
]
