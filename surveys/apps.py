"""The surveys package as a Django app; at start-up it says who writes its letter to staff."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        from surveys.channels import stopped  # noqa: PLC0415 - models exist once apps are ready

        stopped.register_writers()
