"""Cells drawn and linked: a number to its answers, its name to its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from console.shown.cards import LeftOut, few_counts, left_out_total, left_outs, pictures
from console.shown.counted import Count, SaidFace, linked
from console.shown.links import Links
from reports.queries.cells import Cell
from reports.queries.journey import JourneyMap, Place
from reports.queries.trends import Table
from reports.rules.words import Explained, count_text
from surveys.models import Stage, Touchpoint

HEAT = Explained(
    name="Colours of the journey",
    sentence="A cell has a colour only where chance cannot have painted it.",
    facts=[
        (
            "Above",
            (
                "the whole 95 % interval lies above the target, where one is set; otherwise "
                "above the score of all touchpoints asked with the same metric"
            ),
        ),
        ("Below", "the whole interval lies below it"),
        ("Deeper", "ten points or more away"),
        ("None", "the interval holds it, or fewer than 25 answers: the cell is hollow"),
        (
            "Changes",
            (
                "whole days up to last Sunday against as many before, all judged together "
                "(Benjamini-Hochberg): at most 1 in 20 of those called is chance"
            ),
        ),
    ],
)


@dataclass(frozen=True, kw_only=True)
class CellFace:
    """One cell as a template prints it."""

    cell: Cell
    url: str
    svg: SafeString | None
    left_out: Sequence[LeftOut] = ()
    few: Sequence[Count] = ()  # how few answers spread: enough to say so, not for a score
    said: SaidFace | None = None  # where the verdict stands with both its numbers

    @property
    def n(self) -> str:
        return count_text(self.cell.n)

    @property
    def left_total(self) -> str:
        return left_out_total(self.cell.left_out)

    @property
    def is_hollow(self) -> bool:
        return not self.cell.score


@dataclass(frozen=True, kw_only=True)
class PlaceFace:
    """One touchpoint of the map and the page it opens."""

    touchpoint: Touchpoint
    url: str
    cells: Sequence[CellFace]

    @property
    def is_hollow(self) -> bool:
        return all(one.is_hollow for one in self.cells)


@dataclass(frozen=True, kw_only=True)
class StageFace:
    """One stage: its cells together and its touchpoints by kind."""

    stage: Stage
    cells: Sequence[CellFace]
    groups: Sequence[tuple[str, str, Sequence[PlaceFace]]]

    @property
    def has_worst(self) -> bool:
        return any(one.cell.is_worst for one in self.cells)


def stage_faces(found: JourneyMap, links: Links, now: datetime, *, deep: bool) -> list[StageFace]:
    """Draw the shapes of the stages or, `deep`, those of every touchpoint, all at once."""
    drawn = _drawn(found, now, deep=deep)
    return [
        StageFace(
            stage=one.stage,
            cells=[cell_face(cell, links, drawn.get(id(cell))) for cell in one.cells],
            groups=[
                ("service", "Service", [_place(place, links, drawn) for place in one.service]),
                (
                    "experience",
                    "Experience",
                    [_place(place, links, drawn) for place in one.experience],
                ),
            ],
        )
        for one in found.stages
    ]


def _drawn(found: JourneyMap, now: datetime, *, deep: bool) -> Mapping[int, SafeString]:
    cells = [cell for stage in found.stages for cell in stage.cells]
    if deep:
        places = [place for one in found.stages for place in (*one.service, *one.experience)]
        cells = [cell for place in places for cell in place.cells]
    drawn = pictures({str(id(cell)): cell.spark for cell in cells}, now)
    return {int(name): svg for name, svg in drawn.items()}


def table_of(found: JourneyMap, links: Links) -> Table:
    """The figures behind the map, every number of answers leading to them."""
    cells = found.cells
    sides = [links.of_sides(cell.answers, cell.sides) for cell in cells]
    return linked(
        found.table,
        {
            "n": [links.to(cell.answers) for cell in cells],
            "n compared": [now for (_, now), _ in sides],
            "n before": [before for _, (_, before) in sides],
        },
    )


def _place(place: Place, links: Links, drawn: Mapping[int, SafeString]) -> PlaceFace:
    return PlaceFace(
        touchpoint=place.touchpoint,
        url=links.to_touchpoint(place.touchpoint.pk),
        cells=[cell_face(cell, links, drawn.get(id(cell))) for cell in place.cells],
    )


def cell_face(cell: Cell, links: Links, svg: SafeString | None = None) -> CellFace:
    """Link a cell's number to its answers, and each kind it leaves out to those."""
    return CellFace(
        cell=cell,
        url=links.to(cell.answers),
        svg=svg,
        left_out=left_outs(links.to, cell.answers, cell.left_out),
        few=few_counts(cell.figure, lambda group: links.to({**cell.answers, **group})),
    )


def unlinked_face(cell: Cell) -> CellFace:
    """The same of answers that no address could name."""
    return CellFace(cell=cell, url="", svg=None, few=few_counts(cell.figure, lambda _: ""))
