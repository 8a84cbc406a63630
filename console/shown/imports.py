"""An import as its pages show it: its columns with samples, its counts, its refused rows."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kit.formulas import guarded
from surveys.models import Import, ImportRow
from surveys.rules.meanings import KEPT, LABELS, MENDED, OUT, Kind

SAMPLE = 3
LONGEST_SAMPLE = 60
BATCH = 500
STEPS = ("File", "Columns", "Check", "Import")
AT = {
    Import.State.UPLOADED: 2,
    Import.State.CHECKING: 3,
    Import.State.CHECKED: 3,
    Import.State.RUNNING: 4,
    Import.State.DONE: 5,
}
# Files to try with, and to fill in: headings that are known without choosing anything.
SAMPLES = {
    Kind.CUSTOMERS: (
        ("customer id", "email", "name", "company", "phone", "language", "plan"),
        ("C-1001", "ada@example.com", "Ada Okafor", "Okafor Ltd", "+44 20 7946 0000", "en",
         "Basic"),
        ("C-1002", "ben@example.com", "Ben Harris", "", "", "en", "Plus"),
    ),
    Kind.INTERACTIONS: (
        ("id", "occurred at", "touchpoint", "email", "name", "subject", "agent", "team"),
        ("T-4711", "2026-05-12 09:30", "Billing enquiry", "ada@example.com", "Ada Okafor",
         "A wrong bill", "Aisha", "Billing"),
        ("T-4712", "2026-05-12 10:05", "Shop visit", "ben@example.com", "Ben Harris", "", "Tom",
         "High Street"),
    ),
    Kind.RESPONSES: (
        ("id", "answered at", "score", "comment", "touchpoint", "email"),
        ("R-1", "2026-05-12 18:12", "9", "Found the mistake in a minute.", "Billing enquiry",
         "ada@example.com"),
        ("R-2", "2026-05-13 08:40", "4", "Waited half an hour.", "Shop visit", "ben@example.com"),
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column to choose the meaning of: its heading, what stands in it, the choice."""

    number: int
    heading: str
    samples: Sequence[str]
    field: Any


@dataclass(frozen=True, kw_only=True)
class Step:
    number: int
    name: str
    state: str  # "done", "here" or "ahead"


def steps(file: Import | None) -> list[Step]:
    """How far the import is on its way of four steps."""
    here = 1 if file is None else AT.get(Import.State(file.state), _stopped_at(file))
    states = ["done" if n < here else "here" if n == here else "ahead" for n in range(1, 5)]
    return [
        Step(number=number, name=name, state=state)
        for number, (name, state) in enumerate(zip(STEPS, states, strict=True), start=1)
    ]


def _stopped_at(file: Import) -> int:
    if file.started_at:
        return 4
    return 3 if file.checked_at or file.trouble else 2


def columns(file: Import, rows: Sequence[Sequence[str]], fields: Sequence[Any]) -> list[Column]:
    return [
        Column(
            number=place + 1,
            heading=heading,
            samples=[_short(row[place]) for row in rows[:SAMPLE] if place < len(row)],
            field=fields[place],
        )
        for place, heading in enumerate(file.header)
    ]


def meant(file: Import) -> list[tuple[str, str]]:
    """What was chosen, in words: heading and meaning, without what was left out."""
    return [
        (heading, "kept" if meaning == KEPT else LABELS[meaning])  # type: ignore[index]
        for heading, meaning in zip(file.header, file.meanings, strict=False)
        if meaning != OUT
    ]


def percent(file: Import) -> int:
    whole = file.rows - (file.refused + file.same if file.state == Import.State.RUNNING else 0)
    return min(100, 100 * file.handled // max(whole, 1))


def refused_as_csv(header: Sequence[str], rows: Iterable[ImportRow]) -> Iterator[str]:
    """The refused rows as they were, behind their line and what is to be done about them."""
    width = len(header)
    yield _lines([[*MENDED, *header]])
    batch: list[list[str]] = []
    for row in rows:
        batch.append([str(row.line), advice(row.why), *row.cells, *[""] * (width - len(row.cells))])
        if len(batch) == BATCH:
            yield _lines(batch)
            batch = []
    yield _lines(batch)


def advice(why: str) -> str:
    """A sentence of its own; whoever mends the row reads it beside the row."""
    return f"Mend this row and import the file again: {why}."


def sample(kind: Kind) -> str:
    return _lines([list(row) for row in SAMPLES[kind]], marked=False)


def _lines(rows: Sequence[Sequence[str]], *, marked: bool = True) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([guarded(cell) if marked else cell for cell in row] for row in rows)
    return text.getvalue()


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SAMPLE else text[: LONGEST_SAMPLE - 1] + "…"
