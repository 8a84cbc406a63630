"""The metrics package as a Django app."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "metrics"
