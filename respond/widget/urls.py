"""The addresses of widgets; each names its widget and nothing else that tells."""

from django.urls import path

from respond.widget import previewing, script, steps

urlpatterns = [
    path("w/v1.js", script.serve, name="widget_script"),
    path("w/<str:token>", steps.rules, name="widget"),
    path("w/<str:token>/question", steps.question, name="widget_question"),
    path("w/<str:token>/score", steps.score, name="widget_score"),
    path("w/<str:token>/why", steps.why, name="widget_why"),
    path("w/<str:token>/page", previewing.page, name="widget_page"),
]
