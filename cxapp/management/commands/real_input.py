"""`manage.py real_input FILE`: import a CSV into an organisation of its own and print its NPS."""

from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from accounts.actions.founding import create_organisation
from accounts.queries.lookups import organisation_of_slug
from accounts.rules.actors import COMMAND_LINE
from accounts.rules.names import is_zone
from events.dispatching import dispatch_due
from kit import clock, tenancy
from kit.periods import Period
from kit.spreadsheets import Unreadable
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import Filter
from metrics.queries.histograms import read
from metrics.statistics.definitions import Kind
from metrics.statistics.figures import Figure, figure
from surveys.actions.importing import Plan, Report, import_responses
from surveys.management.commands.import_responses import sentences
from surveys.models import Programme, Response
from surveys.rules.columns import BadColumns

SLUG = "real-input"
GROUPS = {
    Kind.NPS: ("promoters", "passives", "detractors"),
    Kind.CSAT: ("satisfied", "others"),
    Kind.CES: ("found it easy", "others"),
}
ALWAYS = Period(date(1990, 1, 1), date(2999, 12, 31))


class Command(BaseCommand):
    help = (
        "Import a CSV of past answers into the organisation real-input and print what the "
        "product counts. A second run adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--time-zone", default="Europe/London")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_zone(options["time_zone"]):
            raise CommandError(f"{options['time_zone']!r} is no time zone.")
        now = clock.now()
        organisation_id = organisation_of_slug(SLUG) or _found(options["time_zone"], now)
        plan = Plan(zone=ZoneInfo(options["time_zone"]), leaves_bad_rows_out=True)
        try:
            report = import_responses(
                organisation_id=organisation_id,
                path=options["file"],
                plan=plan,
                actor=COMMAND_LINE,
                now=now,
            )
        except (Unreadable, BadColumns) as error:
            raise CommandError(f"Nothing was imported. {error}") from error
        except OSError as error:
            raise CommandError(f"Nothing was imported. {error}") from error
        while dispatch_due(now=clock.now()):
            pass
        for sentence in sentences(report, is_dry_run=False):
            self.stdout.write(sentence)
        if report.programme_id is not None:
            self._figures(organisation_id, report)

    def _figures(self, organisation_id: int, report: Report) -> None:
        with tenancy.organisation(organisation_id):
            programme = Programme.objects.get(pk=report.programme_id or 0)
            chosen = Filter(
                organisation_id=organisation_id,
                programme_id=programme.pk,
                definition=definitions_of(organisation_id).of(Kind(report.metric)),
                is_relational=programme.kind == Programme.Kind.RELATIONAL,
            )
            # From the cells, as every page reads it.
            counted = figure(chosen.definition, read(chosen, [ALWAYS])[0].histogram)
            stored = Response.objects.filter(programme=programme)
            wordy = stored.filter(score__isnull=True).count()
            places = stored.filter(score__isnull=False).values("touchpoint").distinct().count()
        self.stdout.write(f"Counted by the product: {counted.n:,} scores at {places} touchpoints.")
        for sentence in _said(counted):
            self.stdout.write(sentence)
        self.stdout.write(f"{wordy:,} answers in words only stand beside them, in no score.")


def _said(counted: Figure) -> list[str]:
    """The counts of the groups, the exact value and the one that pages show."""
    if counted.value is None:
        return ["No scores: no data."]
    names = GROUPS[counted.definition.kind]
    parts = zip(counted.groups, names, strict=True)
    exact, shown = float(counted.value * 100), counted.shown or 0
    name = counted.definition.kind.name
    if counted.definition.kind is Kind.NPS:
        score = f"{name} {exact:.2f}, shown {f'{shown:+d}' if shown else 0}"
    else:
        score = f"{name} {exact:.2f} %, shown {shown} %"
    return [", ".join(f"{count:,} {name}" for count, name in parts), score]


def _found(time_zone: str, now: datetime) -> int:
    made = create_organisation(
        name="Real input", slug=SLUG, time_zone=time_zone, actor=COMMAND_LINE, now=now
    )
    return int(made.pk)
