"""The yardstick as a Django app."""

from django.apps import AppConfig


class YardstickConfig(AppConfig):
    name = "bench.yardstick"
    label = "yardstick"
