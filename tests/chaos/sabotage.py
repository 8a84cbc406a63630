"""Three well-known wrong ways to send mail. The storm must turn red for each of them."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from accounts.actions.handover import Worker, hand_over
from accounts.transport import Kind, open_transport
from kit import clock, tenancy
from surveys.actions.delivering import Messages
from surveys.models import Message
from tests.chaos.workers import LEASE, MARGIN, product


def _oldest_due():
    rows = Message.objects.filter(state="queued", due_at__lte=clock.now())
    return rows.order_by("id").select_for_update(skip_locked=True, of=("self",)).first()


def mark_first() -> int:
    """Marks the row as sent, then sends: a kill in between loses the mail without a word."""
    now = clock.now()
    with tenancy.system("handover"):
        row = _oldest_due()
        if row is None:
            return 0
        Message.objects.filter(pk=row.pk).update(state="sent", finished_at=now)
    mail = Messages().write([row], now)[row.pk]
    if not isinstance(mail, Exception):
        open_transport().deliver(mail, lambda: True)
    return 1


def lock_while_sending() -> int:
    """Sends inside the transaction that marks the row: a kill rolls back what has left."""
    now = clock.now()
    with transaction.atomic(), tenancy.system("handover"):
        row = _oldest_due()
        if row is None:
            return 0
        mail = Messages().write([row], now)[row.pk]
        if isinstance(mail, Exception):
            return 0
        outcome = open_transport().deliver(mail, lambda: True)
        done = outcome.kind in (Kind.ACCEPTED, Kind.UNKNOWN)
        state = "sent" if done else "queued"
        Message.objects.filter(pk=row.pk).update(
            state=state, finished_at=now if done else None, due_at=now + timedelta(seconds=0.1)
        )
    return 1


class Fenceless(Messages):
    """Believes its own memory of the claim; whoever slept through the lease sends again."""

    def pass_fence(self, row, mail, granted):
        Message.objects.filter(pk=row.pk).update(
            state="handing_over", lease_until=granted.lease_until, claim=granted.claim
        )
        return True


def no_fence() -> int:
    now = clock.now()
    worker = Worker(transport=open_transport(), clock=clock.now, lease=LEASE, margin=MARGIN)
    with tenancy.system("handover"):
        over = Message.objects.filter(state__in=["claimed", "handing_over"], lease_until__lt=now)
        idle = [row.pk for row in over.select_for_update(skip_locked=True)]
        Message.objects.filter(pk__in=idle).update(state="queued", claim=None, lease_until=None)
    return hand_over(outbox=Fenceless(), worker=worker, limit=5)


VARIANTS: dict[str, Callable[[], int]] = {
    "product": product,
    "mark-first": mark_first,
    "lock-while-send": lock_while_sending,
    "no-fence": no_fence,
}
