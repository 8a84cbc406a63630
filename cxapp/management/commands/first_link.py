"""`manage.py first_link`: the link with which a new installation is set up in a browser."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions.first_run import first_link, is_new


class Command(BaseCommand):
    help = "Print the link that creates the first organisation in a browser; it works until then."

    def handle(self, *args: Any, **options: Any) -> None:
        if is_new():
            self.stdout.write(f"Set up your organisation here, once:\n{first_link()}")
        else:
            self.stdout.write("This installation is set up: its organisations' owners sign in.")
