"""Where answers are when the chosen period holds none."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils import timezone

from console.periods import days_text
from kit.periods import Period


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Says when answers came, and leads there."""

    text: str
    query: str


def elsewhere_of(ends: tuple[datetime, datetime] | None) -> Elsewhere | None:
    if ends is None:
        return None
    first, last = (timezone.localtime(end).date() for end in ends)
    query = urlencode({"from": first.isoformat(), "to": last.isoformat()})
    return Elsewhere(text=f"Your answers run {days_text(Period(first, last))}.", query=query)
