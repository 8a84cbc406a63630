"""The sending rules and pauses as a page says them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from surveys.models import SendingPause
from surveys.queries.pauses import pause_of


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Which places of a year are kept for the relationship surveys."""

    names: str
    places: int
    left: int


@dataclass(frozen=True, kw_only=True)
class PauseLine:
    """One pause as a line of the list."""

    id: int
    reason: str
    whom: str
    begins_at: datetime
    ends_at: datetime | None
    state: str  # running, coming or over


def kept_of(relational: Sequence[tuple[str, int]], asks_per_year: int) -> Kept | None:
    """Say how many places are kept, None where no programme asks by the calendar."""
    if not relational:
        return None
    places = sum(per_year for _, per_year in relational)
    names = " and ".join(name for name, _ in relational)
    return Kept(names=names, places=places, left=max(asks_per_year - places, 0))


def pause_lines(rows: Sequence[SendingPause], now: datetime) -> list[PauseLine]:
    return [_line(row, now) for row in rows]


def _line(row: SendingPause, now: datetime) -> PauseLine:
    pause = pause_of(row)
    over = row.ends_at is not None and row.ends_at <= now
    return PauseLine(
        id=row.pk,
        reason=row.reason,
        whom=pause.whom or "everybody",
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        state="over" if over else "running" if pause.holds(now) else "coming",
    )
