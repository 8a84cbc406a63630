"""What staff do with a customer's wishes: stop asking her, and ask her again."""

from datetime import datetime

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from surveys.actions.suppressing import lift_suppression, suppress_address
from surveys.models import Customer, Programme, Suppression
from surveys.queries.suppressed import keys_of

STAFF = Suppression.Reason.STAFF


def stop_asking(*, customer_id: int, programme_id: int | None, actor: Actor, now: datetime) -> bool:
    """Ask the customer no more at any of her addresses; True if that is new."""
    # Locked as erasing does: an address that is being erased is not written down once more.
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
    if customer.erased_at is not None:
        return False
    if programme_id is not None:
        Programme.objects.get(pk=programme_id)  # of this organisation, or none
    new = [
        suppress_address(
            organisation_id=customer.organisation_id,
            address_key=key,
            programme_id=programme_id,
            reason=STAFF,
            now=now,
        )
        for key in keys_of(customer)
    ]
    if any(new):
        _record("customer.stopped", customer, STAFF, programme_id, actor, now)
    return any(new)


def ask_again(*, customer_id: int, suppression_id: int, actor: Actor, now: datetime) -> bool:
    """Lift one of the wishes that hold for the customer, at all of her addresses."""
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
    wish = Suppression.objects.get(pk=suppression_id)
    reason = Suppression.Reason(wish.reason)
    lifted = [
        lift_suppression(address_key=key, reason=reason, programme_id=wish.programme_id, now=now)
        for key in keys_of(customer)
    ]
    if any(lifted):
        _record("customer.unstopped", customer, reason, wish.programme_id, actor, now)
    return any(lifted)


def _record(
    action: str,
    customer: Customer,
    reason: Suppression.Reason,
    programme_id: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    record_change(
        organisation_id=customer.organisation_id,
        actor=actor,
        action=action,
        object_type="customer",
        object_id=customer.pk,
        after={"reason": reason.value, "programme": programme_id},
        now=now,
    )
