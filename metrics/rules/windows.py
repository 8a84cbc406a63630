"""Which days belong to a point of a trend, and which two periods a verdict compares."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kit.periods import Period

DAY = timedelta(days=1)


class Step(StrEnum):
    """How wide one point of a trend is."""

    DAY = "day"
    WEEK = "week"
    MONTH_MOVING = "30 days"


def buckets(period: Period, step: Step) -> list[Period]:
    """The points of a trend in order; weeks run from Monday to Sunday and are cut at the ends."""
    if step is Step.WEEK:
        return list(_weeks(period))
    reach = 30 if step is Step.MONTH_MOVING else 1
    lasts = [period.first + DAY * number for number in range(period.days)]
    return [Period(last - DAY * (reach - 1), last) for last in lasts]


def _weeks(period: Period) -> Iterator[Period]:
    first = period.first
    while first <= period.last:
        sunday = first + DAY * (7 - first.isoweekday())
        yield Period(first, min(sunday, period.last))
        first = sunday + DAY


@dataclass(frozen=True)
class Comparison:
    """The two equally long periods behind a verdict, and the Monday it was renewed."""

    now: Period
    before: Period
    as_of: date


def comparison(period: Period, today: date, against: Period | None = None) -> Comparison:
    """Whole days up to last Sunday, and as many before them (or the period asked for).

    A verdict that moved with every answer would be read every day, and daily reading
    finds a false call in most years; renewed on Mondays it is read once a week.
    """
    sunday = today - DAY * today.isoweekday()
    last = min(period.last, sunday)
    now = Period(last - DAY * (period.days - 1), last)
    return Comparison(now=now, before=against or now.before(), as_of=sunday + DAY)
