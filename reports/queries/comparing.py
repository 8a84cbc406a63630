"""Two sides of answers held beside each other: both figures, the test, the mix, the shapes."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kit.periods import Period
from metrics.queries.filters import Filter, Slice, experience, service
from metrics.queries.histograms import Counts, read, read_split
from metrics.queries.scores import Point
from metrics.rules.dimensions import TOUCHPOINT
from metrics.rules.windows import DAY
from metrics.statistics.definitions import Definitions, Kind
from metrics.statistics.figures import Figure, figure, verdict
from metrics.statistics.mix import Decomposition, decompose
from metrics.statistics.proportions import Share, at_least
from metrics.statistics.scores import Histogram, without
from metrics.statistics.verdicts import Verdict
from reports.queries.asides import EXPERIENCE, SERVICE

WEEK = timedelta(weeks=1)
AFTER = {"standing": "counted", "programme_kind": "transactional"}


class Compared(StrEnum):
    """What can be compared: the two cards, and each metric right after a contact."""

    SERVICE = "service"
    EXPERIENCE = "experience"
    CSAT = "csat"
    FACES = "faces"
    CES = "ces"
    NPS = "nps"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side as it was asked for: its answers and its days, without those of `but`."""

    chosen: Filter
    period: Period
    but: Slice | None = None


@dataclass(frozen=True, kw_only=True)
class SideFigures:
    """One side counted."""

    figure: Figure
    points: Sequence[Point]
    left_out: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Both sides with what may be said of their difference.

    `verdict` is None without answers on one side, below 25, or where one answer may stand on
    both sides: no test of ours holds there.
    """

    a: SideFigures
    b: SideFigures
    verdict: Verdict | None
    may_share: bool
    is_small: bool
    mix: Decomposition | None


def filter_of(compared: Compared, definitions: Definitions, part: Slice) -> Filter:
    """The answers that a side counts of what is compared."""
    ours = part.organisation_id
    if compared is Compared.SERVICE:
        return service(ours, definitions).within(part)
    if compared is Compared.EXPERIENCE:
        return experience(ours, definitions).within(part)
    definition = definitions.of(Kind(compared.value))
    every = Filter(organisation_id=ours, definition=definition, is_relational=False)
    return every.within(part)


def answers_of(compared: Compared) -> Mapping[str, str]:
    """How the list of answers names what is compared."""
    if compared is Compared.SERVICE:
        return SERVICE
    if compared is Compared.EXPERIENCE:
        return EXPERIENCE
    return {"metric": compared.value, **AFTER}


def compare(a: Side, b: Side) -> Comparison:
    """Count both sides and test their difference; statements do not grow with the answers."""
    first, second = _counted(a), _counted(b)
    figures = (first.figure, second.figure)
    may_share = shares_answers(a, b)
    is_small = not all(one.tier.shows_headline for one in figures)
    definition = a.chosen.definition
    judged = verdict(definition, figures[0].histogram, figures[1].histogram)
    return Comparison(
        a=first,
        b=second,
        verdict=None if may_share or is_small else judged,
        may_share=may_share,
        is_small=is_small,
        mix=None if may_share or is_small else _mix(a, b),
    )


def shares_answers(a: Side, b: Side) -> bool:
    """Whether one answer may stand on both sides: days that meet, and nothing that parts them.

    Nothing is shared where B is everybody else.
    """
    if b.but is not None or a.period.last < b.period.first or b.period.last < a.period.first:
        return False
    return not a.chosen.is_apart(b.chosen)


def _counted(side: Side) -> SideFigures:
    (counts,) = _counts(side, [side.period])
    shown = figure(side.chosen.definition, counts.histogram)
    points = _points(side) if shown.n else []
    return SideFigures(figure=shown, points=points, left_out=counts.left_out)


def _points(side: Side) -> list[Point]:
    """The whole weeks from the side's own first day on, so that both sides' weeks are alike."""
    weeks = [
        Period(first, first + WEEK - DAY)
        for first in (side.period.first + WEEK * number for number in range(side.period.days // 7))
    ]
    return [
        Point(week.first, week.last, figure(side.chosen.definition, counts.histogram))
        for week, counts in zip(weeks, _counts(side, weeks), strict=True)
    ]


def _counts(side: Side, periods: Sequence[Period]) -> list[Counts]:
    """The counts of a side: everybody's minus those of the part that it does not hold."""
    every = read(side.chosen, periods)
    if side.but is None or side.chosen.is_apart(side.but):
        return every
    inside = read(side.chosen.within(side.but), periods)
    return [
        Counts(without(all_.histogram, part.histogram), without(all_.left_out, part.left_out))
        for all_, part in zip(every, inside, strict=True)
    ]


def _mix(a: Side, b: Side) -> Decomposition | None:
    """Split a difference of shares by touchpoint; a score that is no share has none."""
    fixed = a.chosen.touchpoint_id or b.chosen.touchpoint_id
    if a.chosen.definition.cut is None or a.chosen.is_relational or fixed:
        return None
    return decompose(_shares(a), _shares(b))


def _shares(side: Side) -> dict[Hashable, Share]:
    cut = side.chosen.definition.cut or 0
    found = _by_touchpoint(side.chosen, side.period)
    if side.but is not None and not side.chosen.is_apart(side.but):
        inside = _by_touchpoint(side.chosen.within(side.but), side.period)
        found = {value: without(one, inside.get(value, {})) for value, one in found.items()}
    return {value: at_least(one, cut) for value, one in found.items() if one}


def _by_touchpoint(chosen: Filter, period: Period) -> dict[int, Histogram]:
    found = read_split(chosen, [period], TOUCHPOINT)
    return {value: places[0].histogram for value, places in found.items()}
