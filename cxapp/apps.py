"""The project as a Django app: its commands, and the wiring of reactions at start-up."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "cxapp"

    def ready(self) -> None:
        from cxapp import flow  # noqa: PLC0415  (models exist only once the apps are ready)

        flow.wire()
