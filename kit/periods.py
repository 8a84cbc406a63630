"""Days and periods as people mean them: an organisation's own days, first and last included."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=600)
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_day(at: datetime, zone_name: str) -> date:
    """Return the calendar day on which `at` fell in the named zone."""
    return at.astimezone(zone(zone_name)).date()


@dataclass(frozen=True)
class Period:
    """Whole local days, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> "Period":
        """Return the equally long period that ends the day before this one begins."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


def last_days(count: int, today: date) -> Period:
    """Return the period of `count` days that ends today, today included."""
    return Period(today - timedelta(days=count - 1), today)


def bounds(period: Period, zone_name: str) -> tuple[datetime, datetime]:
    """Return the instants at which the period begins and the day after it begins."""
    here = zone(zone_name)
    begins = datetime.combine(period.first, time.min, tzinfo=here)
    return begins, datetime.combine(period.last + timedelta(days=1), time.min, tzinfo=here)
