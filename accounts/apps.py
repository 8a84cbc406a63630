"""The accounts package as a Django app; at start-up it says who writes which letter."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.channels import words  # noqa: PLC0415  (models exist once the apps are ready)

        words.register_writers()
