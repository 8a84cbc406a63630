"""The surveys package as a Django app."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"
