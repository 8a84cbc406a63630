"""The door for customers as a Django app, for its static files."""

from django.apps import AppConfig


class RespondConfig(AppConfig):
    name = "respond"
