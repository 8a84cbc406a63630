"""Hand answers out as a file, piece by piece, and note in the audit trail who took them."""

import csv
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from django.db import connection

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from kit import tenancy
from kit.formulas import guarded
from kit.streaming import TooSlow, copied, untold
from kit.workbooks import workbook
from reports.queries.exports import answer_columns, answer_rows, guarded_rows, header
from reports.queries.figures import COLUMNS
from reports.queries.wanted import Wanted

log = logging.getLogger(__name__)

SECONDS = 600  # a transaction that stays open longer holds up what PostgreSQL tidies
AT_ONCE = 2_000  # rows of an Excel file in memory
MOST_ROWS_OF_EXCEL = 100_000
BYTE_ORDER_MARK = "\ufeff".encode()
# The status was sent long before: only the file itself can still say so. One cell alone makes a
# reader that counts cells stumble, and a person cannot overlook it.
INCOMPLETE = b"\r\nINCOMPLETE: the export was cut off here. Please take it again.\r\n"


@dataclass(frozen=True, kw_only=True)
class Export:
    """Which answers are wanted, with or without who gave them, in whose days."""

    organisation_id: int
    time_zone: str
    wanted: Wanted
    with_customers: bool


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What somebody took away; `filter` is its address without words that may name a person."""

    what: str
    form: str
    filter: str
    facts: Mapping[str, Any]


def record_export(
    *,
    organisation_id: int,
    taken: Taken,
    actor: Actor,
    now: datetime,
    export_id: int | None = None,
) -> None:
    """Note in the audit trail who took what."""
    record_change(
        organisation_id=organisation_id,
        actor=actor,
        action=f"{taken.what}.exported",
        object_type="export",
        object_id=export_id,
        after={"format": taken.form, "filter": taken.filter, **taken.facts},
        now=now,
    )


def answers_as_csv(*, export: Export, with_mark: bool = False) -> Iterator[bytes]:
    """Yield UTF-8 by RFC 4180; close it when nobody reads any more.

    The organisation is entered when the first piece is asked for and left with the last one:
    row-level security holds for all that is read in between.
    """
    try:
        yield from whole_answers_as_csv(export=export, with_mark=with_mark)
    except Exception:  # whatever it was, half a file must not look like a whole one
        log.exception("an export was cut off")
        yield INCOMPLETE


def whole_answers_as_csv(
    *, export: Export, with_mark: bool = False, told: Callable[[int], None] = untold
) -> Iterator[bytes]:
    """Yield the same, and raise where it breaks off: for whoever keeps a file before it is sent."""
    with tenancy.organisation(export.organisation_id):
        _use_zone(export.time_zone)
        columns = answer_columns(with_customers=export.with_customers)
        yield (BYTE_ORDER_MARK if with_mark else b"") + line(header(columns))
        yield from copied(guarded_rows(export.wanted, columns), seconds=SECONDS, told=told)


def answers_as_xlsx(*, export: Export, told: Callable[[int], None] = untold) -> Iterator[bytes]:
    """Yield an Excel file; its text is as it was given, for a cell of text is no formula."""
    with tenancy.organisation(export.organisation_id):
        _use_zone(export.time_zone)
        columns = answer_columns(with_customers=export.with_customers)
        rows = answer_rows(export.wanted, columns).iterator(chunk_size=AT_ONCE)
        names = [column.name for column in columns]
        yield from workbook("Responses", names, _in_time(rows, SECONDS, told))


def figures_as_csv(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield the figures of a page; names of touchpoints are words of somebody's own."""
    return rows_as_csv(COLUMNS, rows)


def figures_as_xlsx(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    return workbook("Figures", COLUMNS, rows)


def rows_as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield a small table; nothing that somebody wrote becomes a formula."""
    yield line(columns)
    for row in rows:
        yield line(["" if cell is None else guarded(str(cell)) for cell in row])


def line(cells: Sequence[str]) -> bytes:
    """Write one line of CSV."""
    text = StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _use_zone(time_zone: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [time_zone])


def _in_time(rows: Iterable[Any], seconds: float, told: Callable[[int], None]) -> Iterator[Any]:
    until = time.monotonic() + seconds
    for number, row in enumerate(rows, start=1):
        told(number)
        if time.monotonic() > until:
            raise TooSlow
        yield row
