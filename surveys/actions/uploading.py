"""A file that somebody hands in: its rows are kept, its columns chosen, its coming in begun."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from kit.formulas import unguarded
from kit.spreadsheets import Sheet, Unreadable
from kit.texts import without_hidden
from surveys.models import Import, ImportRow
from surveys.queries.imports import GUESSED_FROM, first_rows, known_meanings, known_options
from surveys.rules.meanings import MENDED, MOST_COLUMNS, MOST_ROWS, Kind, guess, heading_key

BATCH = 500
# Of all texts together: a workbook of ten megabytes may unpack to far more.
MOST_CHARACTERS = 40 * 1024 * 1024
LONGEST_FILE_NAME = 200
# What nobody finished, and the rows that were refused, are kept for so long.
KEPT = timedelta(days=14)
ADD = """
    INSERT INTO surveys_importrow (organisation_id, file_id, line, cells, state, why, key)
    SELECT %(organisation)s, %(file)s, (told ->> 0)::int, told -> 1, told ->> 2, told ->> 3, ''
    FROM jsonb_array_elements(%(rows)s::jsonb) AS told
"""
NUL = "it holds a NUL character, which no text can hold"
BROKEN = "it holds half a character"


class NotNow(ValueError):
    """The import is past the step that was asked for, or not there yet."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What somebody said of a file: what each column means, and how its cells are read."""

    meanings: Sequence[str]
    options: Mapping[str, Any]


def receive_file(
    *, organisation_id: int, kind: Kind, name: str, sheet: Sheet, actor: Actor, now: datetime
) -> Import:
    """Keep the rows of the file, all or none; raises Unreadable.

    They stand in the database, not on a disk: any worker can go on with them.
    """
    if len(sheet.header) > MOST_COLUMNS:
        raise Unreadable(
            f"The file has {len(sheet.header):,} columns; at most {MOST_COLUMNS} are read. Take "
            "out those that are not needed."
        )
    is_mended = tuple(sheet.header[: len(MENDED)]) == MENDED
    as_typed = unguarded if is_mended else str  # its marks against formulas are ours
    header = [without_hidden(as_typed(heading))[:200] for heading in sheet.header]
    with transaction.atomic():
        file = Import.objects.create(
            organisation_id=organisation_id,
            kind=kind,
            state=Import.State.UPLOADED,
            file_name=without_hidden(name).strip()[-LONGEST_FILE_NAME:],
            encoding=sheet.encoding,
            header=header,
            heading_key=heading_key(header),
            meanings=[],
            options=known_options(kind),
            rows=0,
            created_by=actor.name,
            created_at=now,
        )
        width = len(header) if sheet.encoding == "xlsx" else 0
        rows = ((line, list(map(as_typed, cells))) for line, cells in sheet.rows)
        file.rows = _keep(file, _told(rows, width))
        if not file.rows:
            raise Unreadable("The file names columns and has no row below them.")
        known = known_meanings(kind, header)
        file.meanings = guess(kind, header, known, first_rows(file, GUESSED_FROM))
        file.save(update_fields=["rows", "meanings"])
        _record(file, "import.uploaded", actor, now, {"kind": kind, "rows": file.rows})
    return file


def choose_columns_of(*, file: Import, chosen: Chosen, actor: Actor, now: datetime) -> None:
    """Keep what the columns mean and have the file checked by it; raises NotNow."""
    with transaction.atomic():
        held = _held(file, Import.State.UPLOADED, Import.State.CHECKED, Import.State.FAILED)
        if held.started_at is not None:
            raise NotNow
        held.meanings, held.options = list(chosen.meanings), dict(chosen.options)
        held.state, held.handled, held.tries = Import.State.CHECKING, 0, 0
        held.found, held.trouble = {}, ""
        held.save()
        rows = ImportRow.objects.filter(file=held).exclude(why__in=(NUL, BROKEN))
        rows.exclude(state=ImportRow.State.UNREAD).update(
            state=ImportRow.State.UNREAD, why="", key="", said=None
        )
        _record(held, "import.columns_chosen", actor, now, {"rows": held.rows})


def start_import(*, file: Import, asks: bool, actor: Actor, now: datetime) -> None:
    """Let the checked rows come in; raises NotNow."""
    with transaction.atomic():
        held = _held(file, Import.State.CHECKED)
        if held.found.get("blocked"):
            raise NotNow
        held.found["foreseen"] = {"new": held.new, "changed": held.changed}
        held.asks = asks and held.kind == Kind.INTERACTIONS
        held.state, held.handled, held.tries = Import.State.RUNNING, 0, 0
        held.new = held.changed = 0
        held.started_at, held.started_by = now, actor.name
        held.save()
        told = {"kind": held.kind, "rows": held.rows, "refused": held.refused, "asks": held.asks}
        _record(held, "import.started", actor, now, told)


def go_on(*, file: Import, actor: Actor, now: datetime) -> None:
    """Try once more what had stopped; raises NotNow."""
    with transaction.atomic():
        held = _held(file, Import.State.FAILED)
        held.state = Import.State.RUNNING if held.started_at else Import.State.CHECKING
        held.tries, held.trouble = 0, ""
        held.save()
        _record(held, "import.taken_up", actor, now, {"rows": held.rows})


def drop_import(*, file: Import, actor: Actor, now: datetime) -> None:
    """Give up what has not come in, and empty it; raises NotNow."""
    with transaction.atomic():
        states = (Import.State.UPLOADED, Import.State.CHECKED, Import.State.FAILED)
        held = _held(file, *states)
        held.state, held.finished_at, held.emptied_at = Import.State.DROPPED, now, now
        held.save()
        ImportRow.objects.filter(file=held).delete()
        _record(held, "import.given_up", actor, now, {"rows": held.rows})


def empty_old_imports(*, now: datetime) -> int:
    """Delete the rows of what nobody went on with for some days; return of how many files."""
    old = Import.objects.filter(emptied_at__isnull=True, created_at__lt=now - KEPT)
    idle = old.exclude(state__in=Import.AT_WORK).exclude(started_at__gte=now - KEPT)
    count = 0
    for file in idle.select_for_update(no_key=True):
        ImportRow.objects.filter(file=file).delete()
        file.emptied_at = now
        if file.is_open or file.state == Import.State.FAILED:
            file.state, file.finished_at = Import.State.DROPPED, now
        file.save(update_fields=["emptied_at", "state", "finished_at"])
        count += 1
    return count


def _held(file: Import, *states: str) -> Import:
    held = Import.objects.select_for_update(no_key=True).get(pk=file.pk)
    if held.state not in states:
        raise NotNow
    return held


def _keep(file: Import, rows: Iterator[list[Any]]) -> int:
    kept = 0
    while batch := list(islice(rows, BATCH)):
        kept += len(batch)
        if kept > MOST_ROWS:
            raise Unreadable(
                f"The file has more than {MOST_ROWS:,} rows. Cut it into several; rows that are "
                "in two of them come in once."
            )
        values: dict[str, Any] = {
            "organisation": file.organisation_id,
            "file": file.pk,
            "rows": json.dumps(batch),
        }
        with connection.cursor() as cursor:
            cursor.execute(ADD, values)
    return kept


def _told(rows: Iterable[tuple[int, Sequence[str]]], width: int) -> Iterator[list[Any]]:
    """Each row as it is kept: workbooks leave empty cells at the end out, CSV files never do."""
    characters = 0
    for line, cells in rows:
        characters += sum(map(len, cells))
        if characters > MOST_CHARACTERS:
            raise Unreadable("The file holds too much text. Take out columns that are not needed.")
        full = [*cells, *[""] * (width - len(cells))]
        while width and len(full) > width and not full[-1]:
            full.pop()
        why = _unstorable(full)
        kept = [_storable(cell) for cell in full] if why else full
        yield [line, kept, "refused" if why else "unread", why]


def _unstorable(cells: Sequence[str]) -> str:
    text = "".join(cells)
    if "\x00" in text:
        return NUL
    try:
        text.encode()
    except UnicodeEncodeError:
        return BROKEN
    return ""


def _storable(cell: str) -> str:
    return cell.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _record(
    file: Import, action: str, actor: Actor, now: datetime, after: Mapping[str, Any]
) -> None:
    record_change(
        organisation_id=file.organisation_id,
        actor=actor,
        action=action,
        object_type="import",
        object_id=file.pk,
        after=after,
        now=now,
    )
