"""Moments as tables write them: year, day or month first, or Excel's count of days."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

# 12/05/2026, 12.5.26 9:30, 2026-05-12 09:30:15 PM ...
WRITTEN = re.compile(
    r"([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})"
    r"(?:[T ,]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?\s*([AaPp]\.?[Mm]\.?)?)?"
)
COUNTED = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001  (a wall clock's time, placed in its zone later)
NOON = 12


class Order(StrEnum):
    """In which order a file's dates are written."""

    YEAR = "year"
    DAY = "day"
    MONTH = "month"
    COUNT = "count"


ORDERS = {
    Order.YEAR: "Year first: 2026-05-31 09:30",
    Order.DAY: "Day first: 31/05/2026 09:30",
    Order.MONTH: "Month first: 05/31/2026 9:30 AM",
    Order.COUNT: "Excel's count of days: 46173.4",
}


def read_written(said: str, order: Order) -> datetime | None:
    """What a wall clock showed, None where the text says no moment in this order.

    A day without a time is its noon: that lies on the day in every zone near its own.
    """
    try:
        if order is Order.COUNT:
            return _counted(said)
        found = WRITTEN.fullmatch(said)
        return _ordered(found, order) if found else None
    except (ValueError, OverflowError):
        return None


def _counted(said: str) -> datetime | None:
    if not COUNTED.fullmatch(said):
        return None
    at = FIRST_DAY + timedelta(days=float(said))
    at = (at + timedelta(milliseconds=500)).replace(microsecond=0)
    return at if "." in said else at.replace(hour=NOON)


def _ordered(found: "re.Match[str]", order: Order) -> datetime | None:
    first, second, third = (int(found[place]) for place in (1, 2, 3))
    if len(found[1]) == len("2026"):
        year, month, day = first, second, third
    elif order is Order.MONTH:
        month, day, year = first, second, third
    elif order is Order.DAY:
        day, month, year = first, second, third
    else:
        return None
    year += 2000 if year < 100 else 0
    if found[4] is None:
        return datetime(year, month, day, NOON)  # noqa: DTZ001  (placed in its zone later)
    return datetime(year, month, day, _hour(found), int(found[5]), int(found[6] or 0))  # noqa: DTZ001


def _hour(found: "re.Match[str]") -> int:
    hour, half = int(found[4]), (found[7] or "").casefold()
    if not half:
        return hour
    return hour % NOON + (NOON if half.startswith("p") else 0)


def looks_written(said: str) -> bool:
    """Whether the text is a moment in any order; a count of days may be any number."""
    written = (Order.YEAR, Order.DAY, Order.MONTH)
    return _is_iso(said) or any(read_written(said, order) for order in written)


def _is_iso(said: str) -> bool:
    try:
        return bool(datetime.fromisoformat(said)) and "-" in said
    except ValueError:
        return False


def guess_order(samples: Iterable[str], before: Order | None = None) -> Order:
    """The order that these texts are written in: as `before` where all of them can be read so."""
    known = [said.strip() for said in samples if said.strip()]
    if before and all(_is_iso(said) or read_written(said, before) for said in known):
        return before
    if known and all(COUNTED.fullmatch(said) for said in known):
        return Order.COUNT
    for found in filter(None, map(WRITTEN.fullmatch, known)):
        if len(found[1]) < len("2026"):
            # The first that can be no month or no day tells it; Europe's way where none does.
            if int(found[1]) > NOON:
                return Order.DAY
            if int(found[2]) > NOON:
                return Order.MONTH
    is_short = any(found and len(found[1]) < 4 for found in map(WRITTEN.fullmatch, known))
    return Order.DAY if is_short else Order.YEAR
