"""The followup package as a Django app; at start-up it says who writes its letters, and more."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "followup"

    def ready(self) -> None:
        # Models exist once the apps are ready.
        from followup.channels import letters  # noqa: PLC0415
        from followup.queries import persons  # noqa: PLC0415

        letters.register_writers()
        persons.register_parts()
