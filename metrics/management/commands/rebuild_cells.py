"""`manage.py rebuild_cells`: count everything anew from the answers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.queries.lookups import organisation_ids, organisation_of_slug
from kit import tenancy
from metrics.actions.comparing import compare_cells
from metrics.actions.rebuilding import rebuild_cells


class Command(BaseCommand):
    help = "Count all answers and invitations anew, for one organisation or for all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", metavar="SLUG", help="only this one")
        parser.add_argument(
            "--check", action="store_true", help="change nothing, only say what differs"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        for organisation_id in self._chosen(options["organisation"]):
            with tenancy.organisation(organisation_id):
                if options["check"]:
                    self._check(organisation_id)
                else:
                    self._rebuild(organisation_id)

    def _chosen(self, slug: str | None) -> list[int]:
        if slug is None:
            return organisation_ids()
        found = organisation_of_slug(slug)
        if found is None:
            raise CommandError(f"No organisation is called {slug}.")
        return [found]

    def _rebuild(self, organisation_id: int) -> None:
        rebuilt = rebuild_cells(organisation_id=organisation_id, told=self._tell)
        self.stdout.write(
            f"Organisation {organisation_id}: {rebuilt.answers:,} answers and"
            f" {rebuilt.asks:,} invitations counted."
        )

    def _tell(self, what: str) -> None:
        self.stdout.write(f"  {what}")

    def _check(self, organisation_id: int) -> None:
        differences = compare_cells(organisation_id=organisation_id)
        said = f"differs: {differences}" if differences.found else "as the answers say."
        self.stdout.write(f"Organisation {organisation_id}: {said}")
