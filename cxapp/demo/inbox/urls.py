"""Addresses of the demo's inbox; mounted in demo mode only."""

from django.urls import path

from cxapp.demo.inbox import views

app_name = "inbox"
urlpatterns = [
    path("", views.inbox, name="list"),
    path("<str:key>/", views.mail, name="mail"),
    path("<str:key>/html", views.mail_html, name="html"),
]
