"""What a kept address asks for: the part of its page that says which answers and which days.

Pages refuse an address that makes no sense before it is kept; what cannot be read here is an
address of another kind of page, or of another time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.periods import Period, last_days
from metrics.rules.segments import split
from metrics.rules.windows import Against

# The pages that show the two cards; a segment's page is narrowed by its own path.
CARDS = ("", "gap/")
SEGMENT = "segments/"
# Suspects counted, or an older version looked at: such figures are looked at once, not kept.
APART = frozenset({"suspects", "definition"})


@dataclass(frozen=True)
class Asked:
    """Which answers a page of the two cards shows, in which days, against which."""

    period: Period
    against: Period | Against
    programme_id: int | None
    touchpoint_id: int | None
    segments: tuple[tuple[str, str], ...]
    words: tuple[str, ...]


def read_address(
    page: str, query: Sequence[tuple[str, str]], *, today: date, usual: int
) -> Asked | None:
    """Read a kept page, decoded; None where it shows no card or asks for something apart."""
    pairs = [(name, value) for name, value in query if value]
    named = dict(pairs)
    of_path = _of_path(page)
    if of_path is None or APART & named.keys():
        return None
    try:
        return Asked(
            period=_period(named, "") or last_days(int(named.get("days", usual)), today),
            against=_period(named, "against_") or Against(named.get("against", Against.BEFORE)),
            programme_id=_whole(named.get("programme")),
            touchpoint_id=_whole(named.get("touchpoint")),
            segments=(*of_path, *(split(value) for name, value in pairs if name == "segment")),
            words=tuple(value for name, value in pairs if name == "q"),
        )
    except ValueError:
        return None


def _of_path(page: str) -> tuple[tuple[str, str], ...] | None:
    if page in CARDS:
        return ()
    key, _, value = page.removeprefix(SEGMENT).strip("/").partition("/")
    return ((key, value),) if page.startswith(SEGMENT) and value else None


def _period(named: dict[str, str], prefix: str) -> Period | None:
    ends = [named.get(f"{prefix}{name}") for name in ("from", "to")]
    if not all(ends):
        return None
    return Period(*(date.fromisoformat(end or "") for end in ends))


def _whole(text: str | None) -> int | None:
    return None if text is None else int(text)
