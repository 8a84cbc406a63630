"""Imports as pages and programs read them: the history, refused rows, what was chosen before."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from kit.keysets import Page, page_of, read_key
from surveys.models import Customer, Import, ImportRow
from surveys.rules.meanings import KEPT, OUT, PARTS, Kind, heading_key

SHOWN = 50
LOOKED_BACK = 20
REFUSED_SHOWN = 20
MOST_PREVIEWED = 5
GUESSED_FROM = 50  # so many rows tell what the columns hold


def history(after: str | None = None, shown: int = SHOWN) -> Page[Import]:
    """The imports of the organisation, the newest first."""
    rows = Import.objects.order_by("-id").defer("header", "found")
    if after:
        (last,) = read_key(after, int)
        rows = rows.filter(pk__lt=last)
    return page_of(list(rows[: shown + 1]), shown, lambda row: [row.pk])


def first_rows(file: Import, shown: int = MOST_PREVIEWED) -> list[list[str]]:
    rows = ImportRow.objects.filter(file=file).order_by("line")
    return [list(cells) for cells in rows.values_list("cells", flat=True)[:shown]]


def refused_rows(file: Import, shown: int = REFUSED_SHOWN) -> list[ImportRow]:
    return list(_refused(file)[:shown])


def all_refused(file: Import) -> Iterator[ImportRow]:
    """Every refused row in the order of the file, a thousand at a time."""
    after = 0
    while rows := list(_refused(file).filter(line__gt=after)[:1000]):
        yield from rows
        after = rows[-1].line


def refused_after(file: Import, line: int, shown: int) -> list[ImportRow]:
    """The refused rows behind this line, in the order of the file."""
    return list(_refused(file).filter(line__gt=line)[:shown])


def _refused(file: Import) -> QuerySet[ImportRow]:
    return ImportRow.objects.filter(file=file, state=ImportRow.State.REFUSED).order_by("line")


def known_meanings(kind: Kind, header: Sequence[str]) -> Mapping[str, str]:
    """What columns of these headings meant when they were chosen last, newest files first.

    A file with the same headings decides alone; otherwise each heading's own last meaning.
    """
    chosen = Import.objects.filter(kind=kind, started_at__isnull=False).order_by("-id")
    same = chosen.filter(heading_key=heading_key(header)).first()
    known: dict[str, str] = {}
    for file in [same] if same else chosen[:LOOKED_BACK]:
        for name, meaning in zip(file.header, file.meanings, strict=False):
            known.setdefault(name, meaning)
    return {} if same is None and not known else _fitting(kind, header, known)


def _fitting(kind: Kind, header: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """Each part once: two headings of different files may have meant the same."""
    fitting: dict[str, str] = {}
    for name in header:
        meaning = known.get(name)
        if meaning is None or (meaning in fitting.values() and meaning in PARTS[kind]):
            continue
        if meaning in PARTS[kind] or meaning in (KEPT, OUT):
            fitting[name] = meaning
    return fitting


def known_options(kind: Kind) -> dict[str, Any]:
    """How the last file of the kind was read."""
    chosen = Import.objects.filter(kind=kind, started_at__isnull=False).order_by("-id")
    return chosen.values_list("options", flat=True).first() or {}


def rows_naming(customer: Customer) -> "QuerySet[ImportRow]":
    """The rows of open imports and the refused ones in which her address or id stands."""
    rows, found = ImportRow.objects.order_by("file_id", "line"), Q(pk__in=[])
    if customer.email:
        address = re.escape(customer.email)
        within = rf"(^|[^a-z0-9._%+-]){address}($|[^a-z0-9.-])"
        found |= Q(text__iregex=within)
    if customer.external_id:
        found |= Q(cells__contains=[customer.external_id])
    return rows.alias(text=Cast("cells", TextField())).filter(found)
