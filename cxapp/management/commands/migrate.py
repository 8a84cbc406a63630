"""`manage.py migrate` runs as the owner role, then grants the application role its rights."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate

from cxapp.roles import grant_application_role


class Command(migrate.Command):
    help = "Migrate the database as its owner and grant the application role what it needs."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        grant_application_role()
