"""The drain of webhooks: claim addresses, tell each what is due, keep what came back.

An address is told by one worker at a time. The threads speak HTTP only; the database is spoken
to by one thread, between rounds. A worker that dies leaves its deliveries waiting and its claim
to end by itself: what it had sent and not kept is sent again under the same id.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q

from followup.actions.keeping import keep
from followup.channels import chat
from followup.models import WebhookDelivery, WebhookEndpoint
from followup.queries.endpoints import address_of, secrets_of
from followup.queries.telling import bodies_of
from followup.rules.trying import Tried
from followup.transport import Parcel, Round
from kit import boxes, tenancy

log = logging.getLogger(__name__)

AT_ONCE = 16  # addresses that are told side by side
BATCH = 100  # messages of one address between two looks at the database
SECONDS = 5.0  # a wake-up begins new rounds for so long
LEASE = timedelta(
    seconds=180
)  # longer than the longest answer; a dead worker's addresses wait it out
UNREADABLE = "The key that locked this address is gone; type the address again."
Clock = Callable[[], datetime]
Sent = list[tuple[Parcel, Tried]]


@dataclass(frozen=True)
class Claimed:
    """An address that this worker may tell."""

    endpoint_id: int
    organisation_id: int
    claim: uuid.UUID


Busy = dict[Future[Sent], tuple[Claimed, Round]]


def deliver_due(*, clock: Clock, seconds: float = SECONDS) -> int:
    """Tell every address what is due, for a few seconds; return how many messages were sent."""
    until, sent = time.monotonic() + seconds, 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks") as pool:
        busy: Busy = {}
        while True:
            if time.monotonic() < until and len(busy) < AT_ONCE:
                for one in _claim(AT_ONCE - len(busy), clock()):
                    _begin(pool, busy, one, clock)
            if not busy:
                return sent
            for claimed, future in _finished(busy):
                with _alone(claimed):
                    tried = future.result()
                    sent += len(tried)
                    with tenancy.organisation(claimed.organisation_id):
                        keep(claimed.endpoint_id, tried, clock())
                    if time.monotonic() < until and not _is_over(tried):
                        _begin(pool, busy, claimed, clock)
                    else:
                        _release(claimed, clock())


@contextmanager
def _alone(claimed: Claimed) -> Iterator[None]:
    """What we did not foresee at one address holds up no other: its claim ends by itself."""
    try:
        yield
    except Exception:
        if connection.connection is None:
            raise  # the database is gone, for all of them
        log.exception("webhook %s of organisation %s", claimed.endpoint_id, claimed.organisation_id)


def _is_over(tried: Sequence[tuple[Parcel, Tried]]) -> bool:
    return not tried or tried[-1][1].is_overloaded


def _begin(pool: ThreadPoolExecutor, busy: Busy, claimed: Claimed, clock: Clock) -> None:
    """Send the next round of this address, or let it go if nothing is due."""
    with _alone(claimed):
        one = _round(claimed, clock)
        if one is None:
            _release(claimed, clock())
        else:
            busy[pool.submit(one.carry)] = (claimed, one)


def _finished(busy: Busy) -> Iterator[tuple[Claimed, Future[Sent]]]:
    done, _ = wait(busy, timeout=1, return_when=FIRST_COMPLETED)
    for _, one in busy.values():
        one.cut_if_late(time.monotonic())
    for future in done:
        claimed, _ = busy.pop(future)
        yield claimed, future


def _claim(most: int, now: datetime) -> list[Claimed]:
    """Claim addresses that have something due, whoever's they are."""
    claim = uuid.uuid4()
    due = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state="waiting", due_at__lte=now)
    free = WebhookEndpoint.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lte=now),
        Q(rest_until__isnull=True) | Q(rest_until__lte=now),
        Exists(due),
        paused_at__isnull=True,
        off_at__isnull=True,
    )
    with tenancy.system("webhooks"):
        # Whoever was told longest ago comes first.
        order = F("lease_until").asc(nulls_first=True), "id"
        rows = free.order_by(*order).select_for_update(skip_locked=True, no_key=True)
        found = [(row.pk, row.organisation_id) for row in rows.only("id", "organisation_id")[:most]]
        WebhookEndpoint.objects.filter(pk__in=[pk for pk, _ in found]).update(
            claim=claim, lease_until=now + LEASE
        )
    return [Claimed(pk, organisation_id, claim) for pk, organisation_id in found]


def _release(claimed: Claimed, now: datetime) -> None:
    """Let it go; the end of the lease says when it was told last."""
    with tenancy.organisation(claimed.organisation_id):
        WebhookEndpoint.objects.filter(pk=claimed.endpoint_id, claim=claimed.claim).update(
            claim=None, lease_until=now
        )


def _round(claimed: Claimed, clock: Clock) -> Round | None:
    """Read what is due and write the bodies that are not written yet; None: nothing is due."""
    now = clock()
    with tenancy.organisation(claimed.organisation_id):
        endpoint = _held(claimed, now)
        if endpoint is None:
            return None
        rows = _written(endpoint, _due(endpoint, now), now)
        if not rows:
            return None
        try:
            address, secrets = address_of(endpoint), secrets_of(endpoint, now)
        except boxes.Locked:
            refused = [(Parcel(rows[0].pk, "", b""), Tried(took_ms=0, error=UNREADABLE))]
            keep(endpoint.pk, refused, now)
            return None
        parcels = [Parcel(row.pk, row.webhook_id, row.body.encode()) for row in rows]
    return Round(address, secrets, parcels, timestamp=lambda: clock().timestamp())


def _due(endpoint: WebhookEndpoint, now: datetime) -> list[WebhookDelivery]:
    """What is due longest first, locked by their numbers as everybody does."""
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state="waiting", due_at__lte=now)
    first = list(waiting.order_by("due_at", "id").values_list("pk", flat=True)[:BATCH])
    held = waiting.filter(pk__in=first).order_by("pk").select_for_update(no_key=True)
    return sorted(held, key=lambda row: (row.due_at, row.pk))


def _held(claimed: Claimed, now: datetime) -> WebhookEndpoint | None:
    """The address, if it is still ours and may be told, with a fresh lease."""
    rows = WebhookEndpoint.objects.filter(
        Q(rest_until__isnull=True) | Q(rest_until__lte=now),
        pk=claimed.endpoint_id,
        claim=claimed.claim,
        paused_at__isnull=True,
        off_at__isnull=True,
    )
    if not rows.update(lease_until=now + LEASE):
        return None
    return rows.first()


def _written(
    endpoint: WebhookEndpoint, rows: Sequence[WebhookDelivery], now: datetime
) -> list[WebhookDelivery]:
    """Those that can be sent, with their bodies: the same for every try."""
    blank = [row for row in rows if not row.body]
    if not blank:
        return list(rows)
    is_chat = endpoint.kind == WebhookEndpoint.Kind.CHAT
    bodies = chat.bodies_of(blank) if is_chat else bodies_of(endpoint, blank)
    gone = [row.pk for row in blank if row.pk not in bodies]
    for row in blank:
        row.body = bodies.get(row.pk, "")
    WebhookDelivery.objects.bulk_update([row for row in blank if row.body], ["body"])
    WebhookDelivery.objects.filter(pk__in=gone).update(
        state="dropped", finished_at=now, last_error="What it was about is gone."
    )
    return [row for row in rows if row.body]
