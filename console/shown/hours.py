"""Sending hours in words, for pages that name them."""

from datetime import date

from accounts.models import Organisation
from surveys.models import Programme
from surveys.queries.hours import hours_of
from surveys.rules.free_days import countries, next_free_days, subdivisions
from surveys.rules.moments import DAY, EVERY_DAY, Hours
from surveys.rules.occasions import WEEKDAYS


def hours_words(hours: Hours) -> str:
    """Say "Monday to Saturday, 8:00 to 20:00, not on public holidays in Wales"."""
    when = _days(hours.days)
    if (hours.opens, hours.closes) != (0, DAY):
        when += f", {_clock(hours.opens)} to {_clock(hours.closes)}"
    elif hours.days == EVERY_DAY:
        when = "at any hour"
    place = place_words(hours.country, hours.subdivision)
    return f"{when}, not on public holidays in {place}" if place else when


def programme_hours(organisation: Organisation, programme: Programme) -> str:
    return hours_words(hours_of(organisation, programme))


def place_words(country: str, subdivision: str) -> str:
    """Return the name of the place whose holidays count, or nothing."""
    part = subdivisions(country).get(subdivision, "")
    name = countries().get(country, "")
    return f"{part}, {name}" if part else name


def holidays_ahead(organisation: Organisation, today: date) -> list[tuple[date, str]]:
    return next_free_days(organisation.holiday_country, organisation.holiday_subdivision, today)


def _days(days: str) -> str:
    names = [WEEKDAYS[int(day) - 1] for day in days]
    if days == EVERY_DAY:
        return "every day"
    if len(days) > 2 and days in EVERY_DAY:
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"
