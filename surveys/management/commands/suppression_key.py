"""`manage.py suppression_key`: whether every wish of an erased person can still be recognised."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.queries.lookups import organisation_ids
from kit import tenancy, tokens
from surveys.queries.suppressed import sealed_under

LOST = (
    "{count} addresses of erased people are hidden by key {name}, which is not configured: they "
    "would be asked again. Put that key into SUPPRESSION_KEYS_OLD."
)


class Command(BaseCommand):
    help = "Count the addresses that each key hides; fails when a key is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--show", action="store_true", help="print the present key, to be kept in a safe place"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        keys = settings.SUPPRESSION_KEYS
        if options["show"]:
            self.stdout.write(keys[0].decode())
            return
        known, held = [tokens.name_of_key(key) for key in keys], _held()
        for name in known:
            self.stdout.write(f"key {name} hides {held.pop(name, 0)} addresses")
        if held:
            lost = [LOST.format(count=count, name=name) for name, count in sorted(held.items())]
            raise CommandError("\n".join(lost))


def _held() -> Counter[str]:
    found: Counter[str] = Counter()
    for organisation_id in organisation_ids():
        with tenancy.organisation(organisation_id):
            found += sealed_under()
    return found
