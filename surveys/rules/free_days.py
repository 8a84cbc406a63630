"""Public holidays by country and part of it, as the `holidays` library knows them."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays
from holidays.registry import COUNTRIES


@dataclass(frozen=True, slots=True)
class FreeDays:
    """The public holidays of one place; asking for a day reads its whole year once."""

    country: str
    subdivision: str = ""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _year(self.country, self.subdivision, day.year)


def free_days(country: str, subdivision: str = "") -> Container[date]:
    """Return the days on which people there are left alone; no country, no such day."""
    return FreeDays(country, subdivision) if country else ()


def next_free_days(
    country: str, subdivision: str, today: date, count: int = 3
) -> list[tuple[date, str]]:
    """Return the next holidays with their names, to show which ones are meant."""
    years = (_year(country, subdivision, today.year + n) for n in (0, 1))
    coming = [(day, name) for year in years for day, name in sorted(year.items()) if day >= today]
    return coming[:count]


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Return the names of the countries whose holidays are known, by their codes."""
    named = {names[1]: key.replace("_", " ").title() for key, names in COUNTRIES.items()}
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


@lru_cache(maxsize=64)
def subdivisions(country: str) -> dict[str, str]:
    """Return the parts of a country that have holidays of their own, by their codes."""
    if country not in countries():
        return {}
    known = getattr(holidays, country)
    names = {code: name for name, code in getattr(known, "subdivisions_aliases", {}).items()}
    return {code: names.get(code, code) for code in known.subdivisions}


@lru_cache(maxsize=600)
def _year(country: str, subdivision: str, year: int) -> dict[date, str]:
    if country not in countries():
        return {}
    part = subdivision if subdivision in subdivisions(country) else None
    found = holidays.country_holidays(country, subdiv=part, years=year, language="en_US")
    # Days of the year before or after may be listed as observed; each year answers for its own.
    return {day: name for day, name in found.items() if day.year == year}
