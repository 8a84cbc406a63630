"""What staff and programs do with wishes: stop asking a customer or an address, and ask again."""

from datetime import datetime
from typing import Any

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from events.kinds import Kind
from events.publishing import publish
from surveys.actions.considering import hold_people
from surveys.actions.suppressing import lift_suppression, suppress_address
from surveys.models import Customer, Programme, Suppression
from surveys.queries.suppressed import SEALED, keys_of

STAFF = Suppression.Reason.STAFF


class AddressIsErased(Exception):
    """The wish is kept as a hash: nobody can tell whose it is, so nobody can lift it."""


def stop_asking(
    *,
    customer_id: int,
    programme_id: int | None,
    actor: Actor,
    now: datetime,
    reason: Suppression.Reason = STAFF,
) -> bool:
    """Ask the customer no more at any of her addresses; True if that is new.

    With the reason `opted_out` it is her own wish, told elsewhere, and the journal says so.
    """
    # Locked as erasing does: an address that is being erased is not written down once more.
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
    if customer.merged_into_id is not None:
        customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.merged_into_id)
    if customer.erased_at is not None:
        return False
    if programme_id is not None:
        Programme.objects.get(pk=programme_id)  # of this organisation, or none
    new = [
        suppress_address(
            organisation_id=customer.organisation_id,
            address_key=key,
            programme_id=programme_id,
            reason=reason,
            now=now,
        )
        for key in keys_of(customer)
    ]
    if any(new):
        _record("customer.stopped", customer, reason, programme_id, actor, now)
        if reason is Suppression.Reason.OPTED_OUT:
            _publish(customer, programme_id, now)
    return any(new)


def stop_address(
    *,
    organisation_id: int,
    address_key: str,
    programme_id: int | None,
    reason: Suppression.Reason,
    actor: Actor,
    now: datetime,
) -> tuple[Suppression, bool]:
    """Ask nobody at this address, whoever has it now or later; the wish, and whether it is new.

    Raises Programme.DoesNotExist.
    """
    if programme_id is not None:
        Programme.objects.get(pk=programme_id)  # of this organisation, or none
    # Whoever is being asked there at this moment was asked first, or will not be.
    hold_people(Customer.objects.filter(address_key=address_key).values_list("id", flat=True))
    wish: dict[str, Any] = {"programme_id": programme_id, "reason": reason}
    is_new = suppress_address(
        organisation_id=organisation_id, address_key=address_key, now=now, **wish
    )
    row = Suppression.objects.get(address_key=address_key, lifted_at__isnull=True, **wish)
    if is_new:
        _record_address("suppression.made", row, actor, now)
    return row, is_new


def lift_wish(*, suppression: Suppression, actor: Actor, now: datetime) -> bool:
    """Lift this one wish at its address; False if it was lifted before. Raises AddressIsErased."""
    if suppression.address_key.startswith(SEALED):
        raise AddressIsErased
    if suppression.lifted_at is not None:
        return False  # whoever wished the same since has a row of her own, and it holds
    reason, programme_id = Suppression.Reason(suppression.reason), suppression.programme_id
    is_lifted = lift_suppression(
        address_key=suppression.address_key, reason=reason, programme_id=programme_id, now=now
    )
    if is_lifted:
        _record_address("suppression.lifted", suppression, actor, now)
    return is_lifted


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


def _publish(customer: Customer, programme_id: int | None, now: datetime) -> None:
    about = {} if programme_id is None else {"programme": programme_id}
    publish(
        organisation_id=customer.organisation_id,
        kind=Kind.CUSTOMER_OPTED_OUT,
        now=now,
        customer=customer.pk,
        **about,
    )


def _record_address(action: str, wish: Suppression, actor: Actor, now: datetime) -> None:
    """Without the address: the trail could not forget it one day."""
    record_change(
        organisation_id=wish.organisation_id,
        actor=actor,
        action=action,
        object_type="suppression",
        object_id=wish.pk,
        after={"reason": wish.reason, "programme": wish.programme_id},
        now=now,
    )


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
