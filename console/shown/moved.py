"""As it was beside as it is now: the values of a property, and whose answers stand elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from console.door import Door
from console.selection import Selection
from console.shown.links import Links
from console.shown.segments import on_value
from console.shown.tiles import CellFace, cell_face, unlinked_face
from metrics.models import TrackedProperty
from metrics.queries.filters import Filter, experience, service
from metrics.queries.moves import Move, Standing, standing_by, standing_of_customers
from metrics.rules.segments import split, written
from metrics.statistics.figures import figure
from reports.queries.asides import EXPERIENCE, SERVICE
from reports.queries.cells import Cell
from reports.queries.sides import Sides
from reports.rules.words import Explained, count_text
from surveys.models import PropertyKey

BY_CUSTOMER = "customer"
BY = "by"  # before the name of a property: by:agent
AS_IT_IS_NOW = Explained(
    name="As it is now",
    sentence="The same answers, each counted where whoever it belongs to stands today. Nothing "
    "that is stored changes, and every other page goes on counting as it was.",
    facts=[
        ("As it was", "where the answer belonged when it happened, which is what was judged"),
        ("By a property", "each agent's answers go with the latest answer: her team of today"),
        ("By customer", "each answer goes with what the customer's record says today"),
        ("Score", "from 25 answers; below that how they spread, or only how many"),
    ],
)


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way of asking for it, as a link of the list."""

    name: str
    query: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Both:
    """One value in its two figures."""

    name: str
    was: CellFace | None
    now: CellFace | None


@dataclass(frozen=True, kw_only=True)
class Table:
    """One metric with its values, and who moved."""

    why_id: str
    title: str
    lines: Sequence[Both]
    moves: Sequence[tuple[Move, str]]


def ways_of(tracked: TrackedProperty, selection: Selection, asked: str) -> list[Way]:
    """What a property of customers goes with is their record; all others go with one another."""
    owned = PropertyKey.objects.filter(owner=PropertyKey.Owner.CUSTOMER)
    ofs = set(owned.values_list("key", flat=True))
    if tracked.key in ofs:
        offered = {BY_CUSTOMER: "the customer's record"}
    else:
        keys = TrackedProperty.objects.exclude(key__in=[*ofs, tracked.key]).order_by("slot")
        offered = {written(BY, key): key for key in keys.values_list("key", flat=True)}
    kept = selection.kept()
    return [
        Way(name=name, query=urlencode([*kept, ("now", way)]), is_current=way == asked)
        for way, name in offered.items()
    ]


def tables_of(
    tracked: TrackedProperty, selection: Selection, door: Door, asked: str
) -> list[Table] | None:
    """Count both ways; None where nothing goes by what was asked for."""
    ours, definitions = selection.part.organisation_id, selection.definitions
    key = split(asked)[1]
    by = TrackedProperty.objects.filter(key=key).exclude(pk=tracked.pk).first()
    if asked != BY_CUSTOMER and (by is None or asked != written(BY, key)):
        return None

    def standing(chosen: Filter) -> Standing:
        within, period = chosen.within(selection.part), selection.period.period
        if by is None or asked == BY_CUSTOMER:
            return standing_of_customers(within, period, of=tracked)
        return standing_by(within, period, of=tracked, by=by)

    asks = (
        ("Service, CSAT", service(ours, definitions), SERVICE),
        ("Experience, NPS", experience(ours, definitions), EXPERIENCE),
    )
    tables = [
        _table(title, chosen, standing(chosen), answers, (selection, door, tracked.key))
        for title, chosen, answers in asks
    ]
    return [table for table in tables if table.lines]


def _table(
    title: str,
    chosen: Filter,
    standing: Standing,
    answers: Mapping[str, str],
    where: tuple[Selection, Door, str],
) -> Table:
    names = sorted({*standing.was, *standing.now}, key=lambda name: (not name, name.casefold()))
    lines = [
        Both(
            name=name or "other values",
            was=_face(chosen, standing.was.get(name), answers, where, name),
            now=_face(chosen, standing.now.get(name), {}, where, name),
        )
        for name in names
    ]
    moves = [(each, count_text(each.answers)) for each in standing.moves]
    why_id = f"why-{chosen.definition.kind.value}-now"
    return Table(why_id=why_id, title=title, lines=lines, moves=moves)


def _face(
    chosen: Filter,
    scores: Mapping[int, int] | None,
    answers: Mapping[str, str],
    where: tuple[Selection, Door, str],
    value: str,
) -> CellFace | None:
    if scores is None:
        return None
    selection, door, key = where
    shown, days = figure(chosen.definition, scores), selection.period.period
    cell = Cell(
        name=value,
        figure=shown,
        said=None,
        # Nothing is compared here, so no verdict has two sides to lead to.
        sides=Sides(n=shown.n, n_before=0, now=days, before=days),
        is_worst=False,
        heat="",
        target="",
        points=(),
        answers=answers,
        left_out={},
    )
    # Answers from several places are no list that an address could name, nor are rare values.
    if not answers or not value:
        return unlinked_face(cell)
    return cell_face(cell, Links(door, on_value(selection, key, value)))
