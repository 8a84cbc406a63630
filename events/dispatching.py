"""Run the reactions that are due: claim, react, forget; one that fails holds up no other."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import transaction

from events.kinds import Kind
from events.models import Delivery, Event
from kit import tenancy, tracing
from kit.failpoints import failpoint

log = logging.getLogger(__name__)

# Of an answer four reactions are owed, so these are five hundred answers: counted a hundred at a
# time they cost twice as much.
BATCH = 2000
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Happening:
    """One event as a reaction sees it."""

    id: int
    kind: Kind
    at: datetime
    payload: Mapping[str, Any]
    request_id: str = ""


Owed = tuple[Delivery, Event]
Reaction = Callable[[int, Sequence[Happening], datetime], None]
"""Called with the organisation's id, one or more events of its kinds, and now; may run twice."""

_reactions: dict[str, Reaction] = {}
_names_by_kind: dict[Kind, list[str]] = {}


def register(name: str, kinds: Sequence[Kind], reaction: Reaction) -> None:
    """Have `reaction` called for every event of these kinds published from now on."""
    _reactions[name] = reaction
    for kind in kinds:
        names = _names_by_kind.setdefault(kind, [])
        if name not in names:
            names.append(name)


def names_for(kind: Kind) -> list[str]:
    return _names_by_kind.get(kind, [])


def dispatch_due(*, now: datetime, limit: int = BATCH) -> int:
    """React to at most `limit` due deliveries and return how many were claimed.

    Claim, effects and removal are one transaction: a killed worker leaves the deliveries due.
    """
    with tenancy.system("dispatch"):
        claimed = list(
            Delivery.objects.filter(due_at__lte=now)
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("due_at", "id")[:limit]
        )
        failpoint("dispatch.claimed")
        claimed.sort(key=attrgetter("organisation_id", "reaction", "event_id"))
        for organisation_id, owed in groupby(claimed, key=attrgetter("organisation_id")):
            _react_to_all(organisation_id, list(owed), now)
        failpoint("dispatch.before_commit")
    failpoint("dispatch.committed")
    return len(claimed)


def _react_to_all(organisation_id: int, owed: list[Delivery], now: datetime) -> None:
    # The events are read inside the organisation: the queue's policy does not cover them.
    with tenancy.organisation(organisation_id):
        events = Event.objects.in_bulk({row.event_id for row in owed})
    for name, group in groupby(owed, key=attrgetter("reaction")):
        _react(organisation_id, name, [(row, events[row.event_id]) for row in group], now)


def _react(organisation_id: int, name: str, owed: Sequence[Owed], now: datetime) -> None:
    try:
        with tenancy.organisation(organisation_id):
            happenings = [
                Happening(event.pk, Kind(event.kind), event.at, event.payload, event.request_id)
                for _, event in owed
            ]
            with tracing.following(_cause(happenings)):
                _reactions[name](organisation_id, happenings, now)
            failpoint("dispatch.reacted")
            Delivery.objects.filter(pk__in=[row.pk for row, _ in owed]).delete()
    except Exception as error:  # noqa: BLE001  (whatever a reaction raises, its neighbours go on)
        if len(owed) > 1:
            # By halves: one bad event among five hundred costs twenty calls, not five hundred.
            middle = len(owed) // 2
            for part in (owed[:middle], owed[middle:]):
                _react(organisation_id, name, part, now)
        else:
            _postpone(*owed[0], error, now)


def _cause(happenings: Sequence[Happening]) -> str:
    """Return the request behind all of these; where there are several, nobody can tell which."""
    causes = {one.request_id for one in happenings}
    return causes.pop() if len(causes) == 1 else ""


def _postpone(row: Delivery, event: Event, error: Exception, now: datetime) -> None:
    with tracing.following(event.request_id):
        log.error("reaction %s to event %s failed", row.reaction, row.event_id, exc_info=error)
    pause = min(FIRST_PAUSE * 2 ** min(row.attempts, 12), LONGEST_PAUSE)
    with transaction.atomic():
        Delivery.objects.filter(pk=row.pk).update(
            attempts=row.attempts + 1, due_at=now + pause, last_error=repr(error)[:2000]
        )
