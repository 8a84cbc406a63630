"""Story time: whole days and seconds from the first Monday, turned into dates by an anchor."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKS = 78
DAYS = WEEKS * 7
MONTHS = 18
QUARTERS = 6
DAY = 86_400
ZONE = ZoneInfo("Europe/London")


def month_of(day: int) -> int:
    """The story's month, 1 to 18; all are 30 or 31 days long."""
    return min(max(day * MONTHS // DAYS + 1, 1), MONTHS)


def quarter_of(day: int) -> int:
    return day // (DAYS // QUARTERS) + 1


def progress_of(day: int) -> float:
    """Months gone since the story began, as a fraction."""
    return day * MONTHS / DAYS


def ramp(progress: float, start: float, end: float) -> float:
    """How far something has come that grows evenly from one moment to another."""
    return min(max((progress - start) / (end - start), 0.0), 1.0)


def is_weekend(day: int) -> bool:
    return day % 7 >= 5


def waking(second: int) -> int:
    """The same moment, or that morning when it fell into the night.

    Clocks change between one and three at night: an event there would change its order, or its
    day, with the anchor.
    """
    day, within = divmod(second, DAY)
    return second if within >= 6 * 3600 else day * DAY + 6 * 3600 + within // 4


def day_at(cumulative: list[float], share: float) -> int:
    """The day below which that share of the cumulated weight lies."""
    return min(bisect_right(cumulative, share * cumulative[-1]), len(cumulative) - 1)


@dataclass(frozen=True)
class Calendar:
    """Lays the story's days so that it ends on the Sunday before the anchor."""

    anchor: date

    @property
    def last_day(self) -> date:
        return self.anchor - timedelta(days=self.anchor.isoweekday() % 7 or 7)

    @property
    def first_day(self) -> date:
        return self.last_day - timedelta(days=DAYS - 1)

    def day(self, number: int) -> date:
        return self.first_day + timedelta(days=number)

    def moment(self, second: int) -> datetime:
        """The story's second as a moment; local wall time, so that days stay days across DST."""
        local = datetime.combine(self.first_day, time(), ZONE) + timedelta(seconds=second)
        return local.astimezone(UTC)
