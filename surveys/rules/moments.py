"""At what moment a mail may reach somebody: weekdays, hours and holidays by the customer's clock.

A window is wall time: "8:00 to 20:00" means what the clocks there show, also in the nights in
which they are put forward or back and on days that a zone skipped. Whoever asks for a moment gets
the very first one at or after the wish, or None where there is none in time.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 24 * 60
EVERY_DAY = "1234567"
# No calendar closes for longer; who allows Sundays only and finds them all holidays gives up.
FURTHEST_DAYS = 60
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """When mail may leave: ISO weekdays, from a minute of the day to another (1440 = midnight)."""

    days: str = EVERY_DAY
    opens: int = 0
    closes: int = DAY
    country: str = ""  # no mail on its public holidays; empty: on any day
    subdivision: str = ""

    @property
    def is_any_time(self) -> bool:
        whole = self.opens == 0 and self.closes == DAY
        return whole and self.days == EVERY_DAY and not self.country


ANY_TIME = Hours()


def first_moment(
    wish: datetime, *, zone: str, hours: Hours, holidays: Container[date] = ()
) -> datetime | None:
    """Return the first moment at or after the wish that lies in the hours; None: not for weeks."""
    if hours.is_any_time:
        return wish
    here = _zone(zone)
    if _is_open(wish, here, hours, holidays):
        return wish
    today = wish.astimezone(here).date()
    # From the day before: a night that shows an hour twice may show yesterday again.
    for day in (today + timedelta(days=n) for n in range(-1, FURTHEST_DAYS)):
        if not any(_is_free(each, hours, holidays) for each in (day, day + _DAY)):
            continue
        moments = _openings(day, hours.opens, here) + _openings(day + _DAY, hours.opens, here)
        fit = [at for at in moments if at >= wish and _is_open(at, here, hours, holidays)]
        if fit:
            return min(fit)
    return None


def is_open(at: datetime, *, zone: str, hours: Hours, holidays: Container[date] = ()) -> bool:
    """Whether mail may leave at this moment."""
    return hours.is_any_time or _is_open(at, _zone(zone), hours, holidays)


def known_zone(wanted: str, otherwise: str) -> str:
    """Return the customer's time zone, or the organisation's where none or a wrong one is known."""
    return wanted if wanted and _zone(wanted) is not UTC else otherwise


def _is_free(day: date, hours: Hours, holidays: Container[date]) -> bool:
    return str(day.isoweekday()) in hours.days and day not in holidays


def _is_open(at: datetime, here: tzinfo, hours: Hours, holidays: Container[date]) -> bool:
    local = at.astimezone(here)
    is_hour = hours.opens <= local.hour * 60 + local.minute < hours.closes
    return is_hour and _is_free(local.date(), hours, holidays)


def _openings(day: date, opens: int, here: tzinfo) -> list[datetime]:
    """The moments at which a window of this day may open: by its hour, or as clocks turn."""
    wall = datetime.combine(day, time(opens // 60, opens % 60), here)
    return [*(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)), *_turns(day, here)]


@lru_cache(maxsize=4096)
def _turns(day: date, here: tzinfo) -> tuple[datetime, ...]:
    """The moment at which the clocks are put forward or back on this day, if they are."""
    begin = datetime.combine(day, time(), UTC) - timedelta(hours=15)
    end = begin + timedelta(hours=54)

    def offset(at: datetime) -> timedelta | None:
        return at.astimezone(here).utcoffset()

    if offset(begin) == offset(end):
        return ()
    turn = _first_change(begin, end, offset)
    return (turn,) if turn.astimezone(here).date() == day else ()


def _first_change(
    begin: datetime, end: datetime, offset: Callable[[datetime], timedelta | None]
) -> datetime:
    before = offset(begin)
    while end - begin > _SECOND:
        middle = begin + ((end - begin) / 2 // _SECOND) * _SECOND
        begin, end = (middle, end) if offset(middle) == before else (begin, middle)
    return end


@lru_cache(maxsize=600)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # what was typed long ago may have been renamed since
        return UTC
