"""The moment that a cell means: parsed, placed in its zone, neither in the future nor of old."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from surveys.rules.moments_written import Order, read_written

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NOON = time(12)
WANTED = {
    Order.YEAR: "ISO 8601, such as 2026-05-12T09:30",
    Order.DAY: "31/05/2026 09:30",
    Order.MONTH: "05/31/2026 9:30 AM",
    Order.COUNT: "Excel counts days, such as 46173.4",
}
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


class BadMoment(ValueError):
    """The cell says no moment that an answer can have; the text says why."""


def read_moment(
    said: str, *, zone: ZoneInfo | None, date_format: str, order: Order, now: datetime
) -> tuple[datetime, str]:
    """The moment a cell says, and what its reader should know of it; raises BadMoment."""
    local = _parsed(said, date_format, order)
    at, note = (local, "") if local.tzinfo else _placed(local, zone)
    if at > now:
        raise BadMoment(f"{shortly(said)} lies in the future")
    if at < OLDEST:
        raise BadMoment(f"{shortly(said)} lies before 1990")
    return at.astimezone(UTC), note


def _parsed(said: str, date_format: str, order: Order) -> datetime:
    if not said:
        raise BadMoment("it does not say when it was")
    try:
        if DAY.fullmatch(said):
            # A day without a time: noon lies on it in every zone near its own.
            return datetime.combine(date.fromisoformat(said), NOON)
        if date_format:
            return datetime.strptime(said, date_format)  # noqa: DTZ007  (placed next)
        return datetime.fromisoformat(said)
    except ValueError as error:
        if not date_format and (written := read_written(said, order)):
            return written
        wanted = date_format or WANTED[order]
        raise BadMoment(f"{shortly(said)} is no time as {wanted}") from error


def _placed(local: datetime, zone: ZoneInfo | None) -> tuple[datetime, str]:
    """A wall clock's time in its zone; what no clock showed, or showed twice, is noted."""
    if zone is None:
        raise BadMoment(
            f"{local.isoformat(' ')} has no offset: name the clocks' zone with --time-zone"
        )
    first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first, ""
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        note = "times that no clock showed (it was put forward) were read an hour later"
        return first, note
    return first, "times that came twice (the clock was put back) were read as the first"


def shortly(said: str) -> str:
    """Quote what a cell says, cut where it is long."""
    shown = said if len(said) <= 40 else said[:37] + "..."
    return repr(shown)
