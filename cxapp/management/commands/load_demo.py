"""`manage.py load_demo`: the story of Acme Mobile, into a database that is the demo's."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cxapp.demo.loading import NotTheDemos, load
from kit import clock


class Command(BaseCommand):
    help = "Load the demo's eighteen months at Acme Mobile; does nothing where they are loaded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="say nothing of the progress")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = load(now=clock.now(), told=_silence if options["quiet"] else self._tell)
        except NotTheDemos as refusal:
            raise CommandError(str(refusal)) from refusal
        if not options["quiet"]:
            said = "Acme Mobile is in." if outcome.is_new else "Acme Mobile was there already."
            self.stdout.write(f"\n{said}" if outcome.is_new else said)

    def _tell(self, sentence: str) -> None:
        """One line that is written over on a terminal; each step its own line elsewhere."""
        if sys.stdout.isatty():
            self.stdout.write(f"\r\x1b[K{sentence}", ending="")
            self.stdout.flush()
        elif not sentence.startswith("Inventing") or "000 of" in sentence:
            self.stdout.write(sentence)


def _silence(_sentence: str) -> None:
    """Tell nobody."""
