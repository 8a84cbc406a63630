"""Segments as lines of a list and as a page, every number linked to its answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from console.door import Door
from console.selection import Selection
from console.shown.asides import aside_faces
from console.shown.cards import Empty, face, pictures, specs_of
from console.shown.links import Links
from console.shown.quotes import quote_of
from console.shown.rates import rate_face
from console.shown.tiles import CellFace, PlaceFace, cell_face, stage_faces, unlinked_face
from metrics.rules.segments import split, written
from reports.queries.cells import Cell
from reports.queries.segments import SegmentPage, SegmentRow
from reports.rules.words import Explained

COLUMNS = ("Service, CSAT", "Service, CSAT (faces)", "Experience, NPS")
NO_SERVICE = Empty(text="No answer at a service touchpoint in this period.")
NO_EXPERIENCE = Empty(text="No answer to a relationship survey in this period belongs here.")
SEGMENTS = Explained(
    name="Segments",
    sentence="Every value by its name. This is no ranking: differences between two of them are "
    "mostly chance and the work they get.",
    facts=[
        (
            "As it was",
            (
                "an answer counts where it belonged when it happened, not where people or "
                "plans are today"
            ),
        ),
        ("Score", "from 25 answers; from 5 how they spread; below only how many"),
        ("Change", "judged together with all others of the list (Benjamini-Hochberg)"),
    ],
)


@dataclass(frozen=True, kw_only=True)
class SegmentLine:
    """One value of the list."""

    name: str
    url: str
    cells: Sequence[tuple[str, CellFace | None]]


def on_segment(selection: Selection, key: str, value: str) -> Selection:
    """Narrow what a page shows to one value, in its figures and in all of its links."""
    part = selection.part.narrowed(segments=((key, value),)).resolved()
    own = ("segment", written(key, value))
    others = [pair for pair in selection.pairs if pair[0] != "segment" or split(pair[1])[0] != key]
    return replace(selection, part=part, pairs=[*others, own])


def columns_of(rows: Sequence[SegmentRow]) -> list[str]:
    """Name the columns that hold anything: no relationship survey knows a call's agent."""
    cells = ((row.service, row.by_faces, row.experience) for row in rows)
    held = [any(of_kind) for of_kind in zip(*cells, strict=True)]
    return [name for name, is_held in zip(COLUMNS, held, strict=False) if is_held]


def segment_lines(
    rows: Sequence[SegmentRow], selection: Selection, door: Door, key: str
) -> list[SegmentLine]:
    """Link each value to its page and each number to its answers."""
    query = urlencode(selection.kept())
    shown = columns_of(rows)
    return [
        SegmentLine(
            name=row.value or "other values",
            url=f"{_address(door, key, row.value)}?{query}" if row.value else "",
            cells=[
                (name, _cell(cell, Links(door, on_value(selection, key, row.value)), row.value))
                for name, cell in zip(
                    COLUMNS, (row.service, row.by_faces, row.experience), strict=True
                )
                if name in shown
            ],
        )
        for row in rows
    ]


def on_value(selection: Selection, key: str, value: str) -> Selection:
    """Narrow the links only: nothing is looked up."""
    return replace(selection, pairs=[*selection.pairs, ("segment", written(key, value))])


def _cell(cell: Cell | None, links: Links, value: str) -> CellFace | None:
    if cell is None:
        return None
    if not value:  # the rare values together are no value that a list could be narrowed by
        return unlinked_face(cell)
    return cell_face(cell, links)


def _address(door: Door, key: str, value: str) -> str:
    return reverse("console:segment", args=[door.slug, key, value])


def page_of(found: SegmentPage, here: Selection, door: Door, now: datetime) -> dict[str, Any]:
    """Return what the template of one segment prints."""
    links = Links(door, here)
    cards = [found.service, found.experience]
    drawn = pictures(specs_of(cards), now)
    return {
        "service": face(found.service, drawn, links, NO_SERVICE),
        "service_asides": aside_faces(found.service_asides, links),
        "experience": face(found.experience, drawn, links, NO_EXPERIENCE),
        "places": _places(found, links, now),
        "rate": rate_face(found.rate, links),
        "quotes": [quote_of(response, door, now) for response in found.quotes],
        "comments_url": links.to({"standing": "counted", "commented": "on"}),
    }


def _places(found: SegmentPage, links: Links, now: datetime) -> list[PlaceFace]:
    """Only the touchpoints where somebody of the segment answered."""
    return [
        place
        for stage in stage_faces(found.places, links, now, deep=False)
        for _, _, places in stage.groups
        for place in places
        if place.cells
    ]
