"""The privacy page's lines: people who were looked for, and receipts of those who were erased."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import AuditEntry
from console.shown.receipts import Paper
from surveys.queries.customers import CustomerRow, customers
from surveys.queries.person_export import PersonExport

MOST_FOUND = 20
EMPTY: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True, kw_only=True)
class ReadablePart:
    """One part of a person's copy: rows as pairs of words."""

    title: str
    about: str
    rows: Sequence[Sequence[tuple[str, str]]]


@dataclass(frozen=True, kw_only=True)
class ReceiptLine:
    """One erasing as the list shows it; it says of which row, never of whom."""

    id: int
    number: str
    customer_id: int | None
    at: datetime
    actor: str
    is_removed: bool
    answers: int
    is_swept: bool


def found_people(searched: str) -> Sequence[CustomerRow]:
    """Return who is meant; nobody before something was typed."""
    return customers(search=searched, size=MOST_FOUND).rows if searched.strip() else []


def readable(export: PersonExport) -> list[ReadablePart]:
    """Return the copy for eyes: no row numbers, nothing empty, times of the organisation's zone."""
    return [
        ReadablePart(title=part.title, about=part.about, rows=[_pairs(row) for row in part.rows])
        for part in export.parts
    ]


def _pairs(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name.replace("_", " "), _words(value))
        for name, value in row.items()
        if value not in EMPTY and not _is_row_number(name, value)
    ]


def _is_row_number(name: str, value: object) -> bool:
    return name == "options" or (isinstance(value, int) and (name == "id" or name.endswith("_id")))


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S %z}"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_words(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    return str(value)


def receipt_lines(entries: Sequence[AuditEntry], swept: Collection[int]) -> list[ReceiptLine]:
    return [
        ReceiptLine(
            id=entry.pk,
            number=f"{entry.at:%Y}-{entry.pk}",
            customer_id=entry.object_id,
            at=entry.at,
            actor=entry.actor,
            is_removed=entry.after["mode"] == "remove",
            answers=entry.after["answers"],
            is_swept=entry.object_id not in swept,
        )
        for entry in entries
    ]


def text_of(line: ReceiptLine, paper: Paper, organisation: str) -> str:
    """The receipt as plain text, to be kept or sent to whoever asked."""
    rows = [
        *(f"  emptied  {each}" for each in paper.emptied),
        *(f"  removed  {each}" for each in paper.removed),
    ]
    return "\n".join(
        [
            f"Receipt {line.number}",
            "",
            f"{organisation} erased what it kept about one person.",
            f"When: {timezone.localtime(line.at):%Y-%m-%d %H:%M:%S %z}",
            f"By: {line.actor}",
            f"Row: customer {line.customer_id}, which names nobody any more",
            "",
            paper.sentence,
            *([paper.mails] if paper.mails else []),
            "",
            "Rows:",
            *(rows or ["  none besides the person's own"]),
            "",
            "Sweep: "
            + ("complete" if line.is_swept else "rows that came in meanwhile are looked through"),
            "This receipt holds no personal data of whoever was erased.",
            "",
        ]
    )
