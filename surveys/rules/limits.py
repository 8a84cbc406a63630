"""How often somebody may be asked: each limit by itself, and when it would let a question pass."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from surveys.rules.cadence import Cadence, next_slot

YEAR = timedelta(days=365)
DAY = timedelta(days=1)
# At least; as many as must lie between two surveys, where those are more.
KEPT_FREE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that this person, or somebody at the same address, was asked before.

    `at` is when it reached them, or is meant to: a question may wait for its hour.
    """

    at: datetime
    is_own: bool = False  # by the programme that is looked at
    is_relational: bool = False
    is_to_person: bool = True
    is_to_address: bool = True
    is_same_occasion: bool = False  # after the same interaction


class Calendar(Protocol):
    """When a relational programme asks one customer."""

    def next(self, day: date) -> date: ...

    @property
    def per_year(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Slots:
    """When the calendar of one relational programme asks this customer."""

    cadence: Cadence
    customer_id: int
    known_since: date
    last_asked_on: date | None = None

    def next(self, day: date) -> date:
        return next_slot(
            self.cadence,
            customer_id=self.customer_id,
            known_since=self.known_since,
            last_asked_on=self.last_asked_on,
            today=day,
        )

    @property
    def per_year(self) -> int:
        return -(-12 // self.cadence.months)


@dataclass(frozen=True, slots=True)
class Wait:
    """A limit says no; `free_at` is when it stops to, None = not by the passing of time."""

    free_at: datetime | None
    facts: dict[str, Any] = field(default_factory=dict)
    asked_at: datetime | None = None  # of the question that comes too near


def by_time(asks: Iterable[Ask]) -> tuple[Ask, ...]:
    return tuple(sorted(asks, key=lambda each: each.at))


def apart(asks: Sequence[Ask], at: datetime, days: int) -> Wait | None:
    """Two questions lie so many days apart; one that is still to come counts as well."""
    near = [each.at for each in asks if abs(at - each.at) < timedelta(days=days)]
    if not near:
        return None
    return Wait(near[-1] + timedelta(days=days), {"days": days}, near[-1])


def per_year(asks: Sequence[Ask], at: datetime, most: int, now: datetime) -> Wait | None:
    """At most so many questions in twelve months, to the person and to the address."""
    own = [each.at for each in asks if each.is_to_person]
    shared = [each.at for each in asks if each.is_to_address]
    waits = [wait for times in (own, shared) if (wait := _per_year(times, at, most, now))]
    return max(waits, key=lambda wait: wait.free_at or _NEVER, default=None)


def _per_year(times: Sequence[datetime], at: datetime, most: int, now: datetime) -> Wait | None:
    within = [each for each in times if at - each < YEAR]
    if len(within) < most:
        return None
    # The place that frees the next question is that of the oldest of the last `most`.
    frees = within[len(within) - most] + YEAR if most else None
    return Wait(frees, _told("asked", within, now))


def _told(name: str, times: Sequence[datetime], now: datetime) -> dict[str, Any]:
    """How many were asked, and how many of the places are taken by questions still to come."""
    planned = sum(each > now for each in times)
    return {name: len(times) - planned, **({"planned": planned} if planned else {})}


def kept_free_days(again_days: int) -> int:
    """So many days before a relationship survey nothing else is asked."""
    return max(KEPT_FREE_DAYS, again_days)


def kept_free(
    slots: Sequence[Calendar], today: date, day: date, again_days: int
) -> tuple[date, date] | None:
    """The slot that a question of this day would come too near to, and the day after its rest.

    A question for a later day may also arrive too soon after a slot that is still to come: the
    relationship survey would find it in its way and lose its day.
    """
    ahead, behind = timedelta(days=kept_free_days(again_days)), timedelta(days=again_days)
    coming = (each.next(since) for each in slots for since in {today, day})
    near = [slot for slot in coming if -behind <= slot - day <= ahead]
    return (max(near), max(near) + timedelta(days=again_days + 1)) if near else None


def kept_place(
    asks: Sequence[Ask], at: datetime, most: int, kept: int, now: datetime
) -> Wait | None:
    """Of the year's questions some are the relationship survey's; the service ones get the rest."""
    if not kept:
        return None
    service = [each for each in asks if not each.is_relational]
    wait = per_year(service, at, max(most - kept, 0), now)
    if wait is None:
        return None
    asked, planned = wait.facts["asked"], wait.facts.keys() & {"planned"}
    facts = {"service": asked, "kept": kept, **{name: wait.facts[name] for name in planned}}
    return Wait(wait.free_at, facts)


def per_company(
    others_asked_at: Sequence[datetime], at: datetime, most: int, days: int, now: datetime
) -> Wait | None:
    """At most so many people of a company in so many days; `others` are told once each."""
    span = timedelta(days=days)
    within = [each for each in sorted(others_asked_at) if at - each < span]
    if not most or len(within) < most:
        return None
    told = {**_told("people", within, now), "days": days}
    return Wait(within[len(within) - most] + span, told)


_NEVER = datetime.max.replace(tzinfo=UTC)


def day_from(moment: datetime, zone: str) -> date:
    """Return the first day whose every hour lies at or after the moment, by the zone's clock."""
    day = day_of(moment, zone)
    return day if moment <= start_of(day, zone) else day + DAY


def day_of(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> datetime:
    """Return the first moment of the day; in UTC, for on a local clock two days may be 49 hours."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
