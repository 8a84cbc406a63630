"""The tools as a Django app, for their template tags."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "kit"
