"""Customers who have both: how they were served and how they feel, read from the cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.periods import Period
from metrics.models import PropertyValue, TrackedProperty
from metrics.queries.crossed import read_crossed
from metrics.queries.filters import Filter
from metrics.queries.gap_counts import BEFORE, NOW, SHOWN, Part
from metrics.queries.histograms import Counts, read_splits
from metrics.rules.dimensions import GOOD, NONE, POOR, STATE_180, STATE_DAYS, UNRATED
from metrics.rules.windows import Against, Comparison, comparison
from metrics.statistics.gap import Group
from metrics.statistics.nps import NpsCounts, groups
from metrics.statistics.quadrants import Claim, Line, Quadrants, Question, claims

_RATED = (GOOD, POOR)


@dataclass(frozen=True)
class Both:
    """The second level of the gap: the table, today included, and what may be claimed of it.

    `left_out`: relational answers of the shown days that are in no cell, by standing; those of
    whom no service was rated are `shown.unrated`.
    """

    period: Period
    comparison: Comparison
    shown: Quadrants
    left_out: Mapping[str, int]
    now: Quadrants
    before: Quadrants
    claims: Mapping[Question, Claim]


def both_of(
    experience: Filter, period: Period, *, today: date, against: Period | Against | None = None
) -> Both:
    """Read the quadrants and judge them; six statements, however many segments there are."""
    compared = comparison(period, today, against)
    windows = [period, compared.now, compared.before]
    wholes = read_splits(experience, windows, [NONE, *STATE_DAYS])
    tracked = {row.dimension: row for row in TrackedProperty.objects.order_by("slot")}
    parts = {
        dimension: _parts(experience, compared.now, dimension, list(tracked))
        for dimension in STATE_DAYS
    }
    names = _names({part for by_part in parts.values() for part in by_part}, tracked)
    lines = {
        dimension: Line(
            now=_quadrants(wholes[dimension], NOW),
            before=_quadrants(wholes[dimension], BEFORE),
            segments={
                names[part]: made for part, made in parts[dimension].items() if part in names
            },
        )
        for dimension in STATE_DAYS
    }
    rule = lines.pop(STATE_180)
    return Both(
        period=period,
        comparison=compared,
        shown=_quadrants(wholes[STATE_180], SHOWN),
        left_out=wholes[NONE].get(0, {}).get(SHOWN, Counts()).left_out,
        now=rule.now,
        before=rule.before,
        claims=claims(rule, {f"{STATE_DAYS[key]} days": line for key, line in lines.items()}),
    )


def _quadrants(states: Mapping[int, Mapping[int, Counts]], place: int) -> Quadrants:
    good, poor, unrated = (
        groups(states.get(state, {}).get(place, Counts()).histogram)
        for state in (GOOD, POOR, UNRATED)
    )
    return Quadrants(good, poor, unrated.n)


def _parts(
    experience: Filter, now: Period, dimension: int, properties: Sequence[int]
) -> dict[Part, Quadrants]:
    """The quadrants of each segment; one statement, two where cells do not hold them."""
    if not properties:
        return {}
    read = read_crossed(experience, [now], properties, dimension, _RATED)
    good, poor = read[GOOD], read[POOR]
    return {
        (split, value): Quadrants(_row(good[split], value), _row(poor[split], value))
        for split in properties
        for value in {*good[split], *poor[split]}
    }


def _row(read: Mapping[int, Mapping[int, Counts]], value: int) -> NpsCounts:
    return groups(read.get(value, {}).get(0, Counts()).histogram)


def _names(parts: set[Part], tracked: Mapping[int, TrackedProperty]) -> dict[Part, Group]:
    named = PropertyValue.objects.filter(pk__in={value for _, value in parts})
    values = {row.pk: str(row) for row in named}
    return {
        part: Group(tracked[part[0]].key, values[part[1]])
        for part in sorted(parts)
        if part[1] in values
    }
