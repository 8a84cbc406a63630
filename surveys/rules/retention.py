"""How long what is kept: words, contexts, customers of whom nothing is heard. Nothing: for ever."""

import calendar
from dataclasses import dataclass
from datetime import datetime

SHORTEST_MONTHS, LONGEST_MONTHS = 3, 240
LONGEST_YEARS = 30
MONTHS_A_YEAR = 12


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Months and years after which something goes; 0 means never."""

    words_months: int = 0
    contexts_months: int = 0
    silent_years: int = 0


@dataclass(frozen=True, kw_only=True)
class Cutoffs:
    """Whatever is older than this goes; None where nothing does."""

    words: datetime | None
    contexts: datetime | None
    people: datetime | None


def cutoffs(rules: Rules, now: datetime) -> Cutoffs:
    return Cutoffs(
        words=_before(now, rules.words_months),
        contexts=_before(now, rules.contexts_months),
        people=_before(now, rules.silent_years * MONTHS_A_YEAR),
    )


def _before(now: datetime, months: int) -> datetime | None:
    """Return the same day so many months ago, or the last one of a shorter month."""
    if not months:
        return None
    year, month = divmod(now.year * MONTHS_A_YEAR + now.month - 1 - months, MONTHS_A_YEAR)
    day = min(now.day, calendar.monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day)
