"""From the end of one attempt to the row's next state: no database, no clock."""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Outgoing
from accounts.models.outgoing import State
from accounts.transport import Kind, Outcome, Phase, delay, next_try

MOST_FAULTS = 5
HELD_BACK = timedelta(minutes=5)
# Whatever goes wrong before the sender was accepted is the route's, and costs the mail no try.
BEFORE_THE_MAIL = frozenset({Phase.CONNECT, Phase.EHLO, Phase.TLS, Phase.AUTH, Phase.MAIL})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state that follows, when it is due again, and whether the attempt counts."""

    state: State
    due_at: datetime | None = None
    counts: bool = True


def chance(*, row: Outgoing) -> float:
    """Spreads the retries of many rows, the same way each time one looks."""
    return zlib.crc32(f"{row.message_id} {row.attempts}".encode()) / 2**32


def after_outcome(
    *,
    row: Outgoing,
    outcome: Outcome,
    now: datetime,
    since: datetime,
    paused: datetime | None,
    keyed_until: datetime | None = None,
) -> Verdict:
    """What an answered attempt leads to; a withheld one is not asked here."""
    match outcome.kind:
        case Kind.ACCEPTED:
            return Verdict(State.SENT)
        case Kind.REFUSED:
            return Verdict(State.FAILED)
        case Kind.UNKNOWN:
            return _repeated(row, now=now, until=keyed_until)
    if paused is not None and outcome.phase in BEFORE_THE_MAIL:
        return Verdict(State.QUEUED, paused, counts=False)
    return _put_off(row, now=now, since=since)


def after_fault(*, row: Outgoing, now: datetime, since: datetime) -> Verdict:
    """What an error of our own leads to: a few more tries, then an end that is shown."""
    if row.attempts + 1 >= MOST_FAULTS:
        return Verdict(State.FAILED)
    return _put_off(row, now=now, since=since)


def _repeated(row: Outgoing, *, now: datetime, until: datetime | None) -> Verdict:
    """Nobody knows, but a provider that recognises the mail will not send it twice."""
    again = now + delay(tries=row.attempts + 1, chance=chance(row=row))
    if until is None or again >= min(until, row.expires_at):
        return Verdict(State.UNCERTAIN)
    return Verdict(State.QUEUED, again)


def _put_off(row: Outgoing, *, now: datetime, since: datetime) -> Verdict:
    again = next_try(
        tries=row.attempts + 1,
        now=now,
        since=since,
        expires_at=row.expires_at,
        chance=chance(row=row),
    )
    return Verdict(State.QUEUED, again) if again else Verdict(State.FAILED)
