"""`manage.py create_organisation`: the first organisation and its owner on a new installation."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.actions.founding import BadOrganisation, Founded, Owner, found_organisation
from accounts.queries.joining import token_of
from accounts.rules.actors import COMMAND_LINE
from accounts.rules.addresses import BadAddress
from kit import clock

PASSWORD = "CXAPP_OWNER_PASSWORD"  # noqa: S105  (the variable's name)
QUESTIONS = {
    "name": "Name of the organisation, such as Acme Mobile: ",
    "time_zone": "Time zone, such as Europe/Berlin: ",
    "owner_email": "E-mail address of its owner: ",
}


class Command(BaseCommand):
    help = (
        "Create an organisation and its first owner. Asks for what is not given. The owner's "
        f"password comes from {PASSWORD} or, with --password-stdin, from the first line of "
        "standard input; without either a link is printed (and mailed) with which the owner joins."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", help="such as 'Acme Mobile'")
        parser.add_argument("--slug", default="", help="its address; made from the name otherwise")
        parser.add_argument("--time-zone", help="such as Europe/Berlin")
        parser.add_argument("--owner-email")
        parser.add_argument("--owner-name", default="")
        parser.add_argument("--password-stdin", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        password = self._password(from_stdin=options["password_stdin"])
        given = {name: options[name] or self._ask(name) for name in QUESTIONS}
        owner = Owner(
            email=given["owner_email"], name=options["owner_name"].strip(), password=password
        )
        try:
            founded = found_organisation(
                name=given["name"],
                slug=options["slug"],
                time_zone=given["time_zone"],
                owner=owner,
                actor=COMMAND_LINE,
                now=clock.now(),
            )
        except (BadOrganisation, BadAddress) as error:
            raise CommandError(f"Nothing was created. {error}") from error
        except ValidationError as error:
            raise CommandError(
                "Nothing was created. The password was refused: " + " ".join(error.messages)
            ) from error
        self._report(founded, owner)

    def _password(self, *, from_stdin: bool) -> str | None:
        if from_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        return os.environ.get(PASSWORD) or None

    def _ask(self, name: str) -> str:
        if not sys.stdin.isatty():
            option = "--" + name.replace("_", "-")
            raise CommandError(f"Nothing was created. {option} is missing.")
        return input(QUESTIONS[name])

    def _report(self, founded: Founded, owner: Owner) -> None:
        address = f"{settings.BASE_URL}/o/{founded.slug}/"
        self.stdout.write(self.style.SUCCESS(f"The organisation is at {address}"))
        if founded.invitation_id is None:
            self.stdout.write(f"{owner.email} signs in at {settings.BASE_URL}/sign-in/")
            if owner.password is not None and not founded.is_password_used:
                self.stdout.write("She has signed in here before: her password stays as it was.")
            return
        self.stdout.write(
            f"{owner.email} joins within 7 days, once, with this link (it was also mailed):\n"
            f"{settings.BASE_URL}/join/{token_of(founded.invitation_id)}/"
        )
