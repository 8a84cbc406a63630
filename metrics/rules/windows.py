"""Which days belong to a point of a trend, and which two periods a verdict compares."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kit.periods import Period

DAY = timedelta(days=1)
MONTH = timedelta(days=30)


class Step(StrEnum):
    """How wide one point of a trend is."""

    DAY = "day"
    WEEK = "week"
    MONTH_MOVING = "30 days"


def buckets(period: Period, step: Step) -> list[Period]:
    """The points of a trend in order; weeks run from Monday to Sunday and are cut at the ends.

    A moving point stands at the end of each week and reaches thirty days back from there.
    """
    if step is Step.DAY:
        days = [period.first + DAY * number for number in range(period.days)]
        return [Period(day, day) for day in days]
    weeks = list(_weeks(period))
    if step is Step.WEEK:
        return weeks
    return [Period(week.last - MONTH + DAY, week.last) for week in weeks]


def _weeks(period: Period) -> Iterator[Period]:
    first = period.first
    while first <= period.last:
        sunday = first + DAY * (7 - first.isoweekday())
        yield Period(first, min(sunday, period.last))
        first = sunday + DAY


def whole_weeks(period: Period) -> Period:
    """The weeks from Monday to Sunday inside a period; without any, no days after its last."""
    monday = period.first + DAY * ((8 - period.first.isoweekday()) % 7)
    sunday = period.last - DAY * (period.last.isoweekday() % 7)
    return Period(monday, sunday) if monday < sunday else Period(period.last + DAY, period.last)


class Against(StrEnum):
    """What a period is compared with, if not with days of one's own."""

    BEFORE = "before"
    YEAR = "year"


# As many weeks as a year holds, so that weekends stand against weekends.
YEAR = timedelta(weeks=52)


@dataclass(frozen=True)
class Comparison:
    """The two equally long periods behind a verdict, and the Monday it was renewed."""

    now: Period
    before: Period
    as_of: date


def comparison(period: Period, today: date, against: Period | Against | None = None) -> Comparison:
    """Whole days up to last Sunday, and as many before them (or what was asked for).

    A verdict that moved with every answer would be read every day, and daily reading
    finds a false call in most years; renewed on Mondays it is read once a week.
    """
    sunday = today - DAY * today.isoweekday()
    last = min(period.last, sunday)
    now = Period(last - DAY * (period.days - 1), last)
    return Comparison(now=now, before=other_side(now, against), as_of=sunday + DAY)


def other_side(now: Period, against: Period | Against | None) -> Period:
    """The days that stand against these."""
    if isinstance(against, Period):
        return against
    if against is Against.YEAR:
        return Period(now.first - YEAR, now.last - YEAR)
    return now.before()
