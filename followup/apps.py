"""The followup package as a Django app; at start-up it says who writes its letters."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "followup"

    def ready(self) -> None:
        from followup.channels import letters  # noqa: PLC0415  (models exist once apps are ready)

        letters.register_writers()
