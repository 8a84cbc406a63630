"""The drain itself: claim a few rows, hand them over one by one, record what became of each."""

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts.actions.handover.handing import DATABASE_GONE, Handover
from accounts.actions.handover.outboxes import Outbox, Row
from accounts.actions.handover.pacing import book, keep_pace, most_at_once
from accounts.actions.handover.routes import is_paused
from accounts.actions.handover.worker import Worker
from accounts.models import Outgoing
from accounts.models.outgoing import State
from accounts.transport import Transport, open_transport
from kit import tenancy
from kit.failpoints import failpoint

log = logging.getLogger(__name__)

# Reading a batch costs as much as reading one mail; a worker that dies delays so many.
BATCH = 50
# One wake-up works this long at most: other tasks want the same processes.
SECONDS = 5.0


def drain(
    *,
    outbox: Outbox[Row],
    clock: Callable[[], datetime],
    seconds: float = SECONDS,
    transport: Transport | None = None,
) -> int:
    """Take back what dead workers left, then hand over until nothing is due or time is up."""
    lease = timedelta(seconds=settings.HANDOVER_LEASE_SECONDS)
    way_out = transport or open_transport()
    worker = Worker(transport=way_out, clock=clock, lease=lease, margin=lease / 2)
    recover(outbox=outbox, now=clock())
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        claimed = hand_over(outbox=outbox, worker=worker)
        done += claimed
        if not claimed:
            break
    return done


def hand_over(*, outbox: Outbox[Row], worker: Worker, limit: int = BATCH) -> int:
    """Hand over at most `limit` due mails; return how many were taken up."""
    now = worker.clock()
    if is_paused(route=worker.transport.name, now=now):
        return 0
    claim = uuid.uuid4()
    most = most_at_once(route=worker.transport, limit=limit)
    claimed, over = _claim(outbox, claim, now=now, lease=worker.lease, limit=most)
    failpoint("email.claimed")
    for row in over:
        _expire(outbox, row, now)
    written = outbox.write(claimed, now) if claimed else {}
    failpoint("email.written")
    booking = book(route=worker.transport, mails=len(claimed), now=worker.clock())
    for place, row in enumerate(claimed):
        in_time = keep_pace(booking, place, worker) and worker.clock() < now + worker.lease
        if not in_time or not Handover(outbox, worker, row, claim).run(written[row.pk]):
            _release(outbox, claimed[place:], claim)
            break
    return len(claimed) + len(over)


def recover(*, outbox: Outbox[Row], now: datetime) -> int:
    """Take back what dead workers left: claimed rows wait again, half-sent ones are uncertain."""
    rows = outbox.rows._default_manager
    with tenancy.system("handover"):
        # A worker that was frozen inside a transaction still holds its rows: wait for none.
        over = rows.filter(lease_until__lt=now).select_for_update(skip_locked=True, no_key=True)
        # A provider that recognises the mail does not send it twice: it may be handed over again.
        known = Q(state=State.HANDING_OVER, keyed_until__gt=now, expires_at__gt=now)
        idle = [row.pk for row in over.filter(Q(state=State.CLAIMED) | known)]
        count = rows.filter(pk__in=idle).update(state=State.QUEUED, claim=None, lease_until=None)
        left = list(over.filter(state=State.HANDING_OVER).exclude(known))
        failpoint("email.recovering")
    failpoint("email.recovered")
    for row in left:
        _give_up(outbox, row, now)
    return count + len(left)


def _give_up(outbox: Outbox[Row], row: Row, now: datetime) -> None:
    """Nobody can know whether it left: say so, and leave it to evidence or to a person."""
    with outbox.enter(row):
        # The claim stays: a worker that was only slow may still report that it was accepted.
        changed = outbox.rows._default_manager.filter(
            pk=row.pk, state=State.HANDING_OVER, claim=row.claim, lease_until__lt=now
        ).update(
            state=State.UNCERTAIN,
            finished_at=now,
            last_error="The worker ended while handing this mail over.",
        )
        if changed:
            outbox.finish(row, State.UNCERTAIN, now, is_dead_address=False)


def _claim(
    outbox: Outbox[Row], claim: UUID, *, now: datetime, lease: timedelta, limit: int
) -> tuple[list[Row], list[Row]]:
    """Claim what is due; beside it what is due and too late."""
    rows = outbox.rows._default_manager
    with tenancy.system("handover"):
        due = list(
            rows.filter(state=State.QUEUED, due_at__lte=now, **outbox.kept_apart)
            .select_for_update(skip_locked=True, no_key=True, of=("self",))
            .order_by("due_at", "id")[:limit]
        )
        over = [row for row in due if row.expires_at <= now]
        fresh = [row for row in due if row.expires_at > now]
        if not fresh:
            return fresh, over
        rows.filter(pk__in=[row.pk for row in fresh]).update(
            state=State.CLAIMED, claim=claim, lease_until=now + lease
        )
        failpoint("email.claiming")
    return fresh, over


def _expire(outbox: Outbox[Row], row: Row, now: datetime) -> None:
    """End what came too late; a reason that cannot be told holds up no other mail."""
    try:
        outbox.expire(row, now)
    except DATABASE_GONE:
        raise
    except Exception:
        log.exception("mail %s could not be ended with its reason", row.message_id)
        with tenancy.system("handover"):
            late = outbox.rows._default_manager.filter(pk=row.pk, state=State.QUEUED)
            late.update(state=State.EXPIRED, finished_at=now)


def _release(outbox: Outbox[Row], rows: Sequence[Outgoing], claim: UUID) -> None:
    """Give back what was claimed and not begun."""
    if rows:
        with tenancy.system("handover"):
            outbox.rows._default_manager.filter(
                pk__in=[row.pk for row in rows], claim=claim, state=State.CLAIMED
            ).update(state=State.QUEUED, claim=None, lease_until=None)
