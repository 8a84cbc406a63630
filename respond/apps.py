"""The respond package as a Django app."""

from django.apps import AppConfig


class RespondConfig(AppConfig):
    name = "respond"
