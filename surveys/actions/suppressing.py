"""Keep an address from being asked, for one programme or for all, and let it be asked again."""

from datetime import datetime

from surveys.models import Customer, Suppression
from surveys.queries.suppressed import person_key, spellings

Reason = Suppression.Reason
# What is said of a person; what else stops an address is true of that one alone.
WISHES = (Reason.OPTED_OUT, Reason.STAFF)


def suppress_address(
    *,
    organisation_id: int,
    address_key: str,
    reason: Reason,
    now: datetime,
    programme_id: int | None = None,
    invitation_id: int | None = None,
) -> bool:
    """Ask this address no more, for one programme or, without one, for all; True if that is new.

    Repeating it changes nothing. No address is nobody's: nothing is written then.
    """
    if not address_key:
        return False
    _, is_new = Suppression.objects.get_or_create(
        organisation_id=organisation_id,
        address_key=address_key,
        programme_id=programme_id,  # type: ignore[misc]  # null is a value here: for all
        reason=reason,
        lifted_at=None,
        defaults={"invitation_id": invitation_id, "created_at": now},
    )
    return is_new


def lift_suppression(
    *, address_key: str, reason: Reason, now: datetime, programme_id: int | None = None
) -> bool:
    """Take back what was said for this programme (None: for all of them); True if it held.

    What stands for other programmes or for other reasons goes on holding.
    """
    held = Suppression.objects.filter(
        address_key__in=spellings(address_key),
        programme=programme_id,
        reason=reason,
        lifted_at__isnull=True,
    )
    return held.update(lifted_at=now) > 0


def bring_wishes(customer: Customer) -> None:
    """Let what was wished when no address was known hold for the one that is known now."""
    held = Suppression.objects.filter(
        address_key=person_key(customer.pk), reason__in=WISHES, lifted_at__isnull=True
    )
    for wish in held.order_by("id"):
        suppress_address(
            organisation_id=wish.organisation_id,
            address_key=customer.address_key,
            reason=Reason(wish.reason),
            now=wish.created_at,
            programme_id=wish.programme_id,
            invitation_id=wish.invitation_id,
        )
        wish.delete()
