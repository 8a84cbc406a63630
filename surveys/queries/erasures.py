"""Who was erased: receipts without a name, and which of them are still being swept."""

from accounts.models import AuditEntry
from accounts.queries.audit import trail_of
from events.kinds import Kind
from events.models import Delivery
from kit.keysets import Page

ERASED = "customer.erased"


def receipts(*, after: str | None = None) -> Page[AuditEntry]:
    """Return what the trail says of every erasing, the newest first."""
    return trail_of(ERASED, after=after)


def receipt(number: int) -> AuditEntry | None:
    return AuditEntry.objects.filter(action=ERASED, pk=number).first()


def being_swept() -> set[int]:
    """Return the customers whose rows are looked through once more after their erasing."""
    owed = Delivery.objects.filter(event__kind=Kind.CUSTOMER_ERASED)
    return set(owed.values_list("event__payload__customer", flat=True))
