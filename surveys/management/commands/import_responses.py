"""`manage.py import_responses FILE`: answers that customers gave in another system."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from accounts.queries.lookups import organisation_of_slug
from accounts.rules.actors import COMMAND_LINE
from accounts.rules.names import is_zone
from kit import clock
from kit.spreadsheets import Unreadable
from surveys.actions.importing import Plan, ProgrammeMismatch, Report, import_responses
from surveys.models import Touchpoint
from surveys.rules.columns import KNOWN, BadColumns
from surveys.rules.metrics import Metric

SHOWN_FAULTS = 100
HELP = """
Reads a CSV file with one answer a row: when it was given and its score, and where known the
comment, the touchpoint, an id, the customer. Columns are found by their usual names; name them
with options where they have others. Encoding and delimiter are found by themselves.

Importing asks nobody: history never sends. Running it again with the same file adds nothing.
With faulty rows nothing is imported until they are mended or left out with --leave-bad-rows-out.
"""


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--organisation", required=True, help="its address, such as acme")
        parser.add_argument("--metric", choices=[metric.value for metric in Metric])
        parser.add_argument(
            "--time-zone", help="of times that carry no offset, such as Europe/London"
        )
        parser.add_argument(
            "--date-format", default="", help="such as '%%d/%%m/%%Y %%H:%%M'; otherwise ISO 8601"
        )
        for part in KNOWN:
            name = part.replace("_", "-")
            parser.add_argument(f"--{name}", metavar="COLUMN", help=f"the column of the {part}")
        parser.add_argument(
            "--property", action="append", default=[], metavar="COLUMN", help="keep it as context"
        )
        parser.add_argument("--programme", default="", help="count them under this programme")
        parser.add_argument("--source", default="", help="tells two systems' ids apart")
        parser.add_argument(
            "--touchpoint-kind",
            choices=Touchpoint.Kind.values,
            default=Touchpoint.Kind.EXPERIENCE,
            help="of touchpoints that are new",
        )
        parser.add_argument("--leave-bad-rows-out", action="store_true")
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything, store nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        organisation_id = organisation_of_slug(options["organisation"])
        if organisation_id is None:
            raise CommandError(f"There is no organisation {options['organisation']!r}.")
        try:
            report = import_responses(
                organisation_id=organisation_id,
                path=options["file"],
                plan=self._plan(options),
                actor=COMMAND_LINE,
                now=clock.now(),
                told=self._tell,
            )
        except (Unreadable, BadColumns, ProgrammeMismatch) as error:
            raise CommandError(f"Nothing was imported. {error}") from error
        except OSError as error:
            raise CommandError(
                f"Nothing was imported. {error.filename}: {error.strerror}"
            ) from error
        self._report(report, is_dry_run=options["dry_run"])

    def _plan(self, options: dict[str, Any]) -> Plan:
        zone = options["time_zone"]
        if zone is not None and not is_zone(zone):
            raise CommandError(
                f"{zone!r} is no time zone; write it as Europe/London, America/New_York or UTC."
            )
        return Plan(
            metric=Metric(options["metric"]) if options["metric"] else None,
            columns={part: options[part] for part in KNOWN if options[part] is not None},
            properties=options["property"],
            zone=ZoneInfo(zone) if zone else None,
            date_format=options["date_format"],
            source=options["source"],
            programme=options["programme"],
            touchpoint_kind=options["touchpoint_kind"],
            leaves_bad_rows_out=options["leave_bad_rows_out"],
            is_dry_run=options["dry_run"],
        )

    def _tell(self, rows: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{rows:,} rows read", ending="")

    def _report(self, report: Report, *, is_dry_run: bool) -> None:
        for sentence in sentences(report, is_dry_run=is_dry_run):
            self.stdout.write(sentence)
        if report.faulty and not report.is_stored and not is_dry_run:
            raise CommandError(
                "Nothing was imported: mend the rows above, or leave them out with "
                "--leave-bad-rows-out."
            )


def sentences(report: Report, *, is_dry_run: bool) -> list[str]:
    """The whole report, a line each."""
    parts = ", ".join(f"{part} = {name}" for part, name in report.columns.items())
    said = [f"Read as {report.metric.name}, {report.encoding}: {parts}."]
    said += [f"Line {line}: {why}." for line, why in report.faults[:SHOWN_FAULTS]]
    if report.faulty > SHOWN_FAULTS:
        said.append(f"... and {report.faulty - SHOWN_FAULTS:,} more faulty rows.")
    said += [f"Note: {note} ({times:,} times)." for note, times in report.notes.most_common()]
    said.append(
        f"{report.rows:,} rows: {report.readable:,} readable, {report.faulty:,} faulty, "
        f"{report.unscored:,} without a score (kept with their words, not in the score)."
    )
    if report.first_on is not None:
        said.append(f"The answers run {report.first_on} to {report.last_on}.")
    return [*said, *_outcome(report, is_dry_run=is_dry_run)]


def _outcome(report: Report, *, is_dry_run: bool) -> list[str]:
    if not report.is_stored:
        return []
    verb = "would be added" if is_dry_run else "added"
    said = [f"{report.stored:,} answers {verb}, {report.known:,} were there already."]
    if report.new_touchpoints:
        said.append(f"New touchpoints: {', '.join(report.new_touchpoints)}.")
    if report.new_customers:
        said.append(f"New customers: {report.new_customers:,}.")
    if not is_dry_run and report.stored:
        said.append("The pages count them within seconds where a worker runs.")
    return said
