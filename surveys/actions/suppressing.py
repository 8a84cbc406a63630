"""Keep an address from being asked, for one programme or for all, and let it be asked again."""

from datetime import datetime

from surveys.models import Suppression
from surveys.queries.suppressed import spellings

Reason = Suppression.Reason


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
