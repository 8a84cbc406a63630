"""Register a customer or correct one; the audit trail keeps what changed."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from surveys.actions.customers import (
    CustomerFields,
    change_customer,
    lock_identity,
)
from surveys.models import Customer
from surveys.queries.meant import find_customer


class CustomerIsErased(Exception):
    """Nothing can be written on the empty row that an erased person leaves."""


class CustomerIsMerged(Exception):
    """It is another customer now: `into` is her number."""

    def __init__(self, into: int) -> None:
        super().__init__(f"customer {into}")
        self.into = into


class CustomerExists(ValueError):
    """Who shall be created, or whose external id shall be given away, is stored already."""

    def __init__(self, customer: Customer) -> None:
        super().__init__(f"customer {customer.pk}")
        self.customer = customer


def register_customer(
    *,
    organisation_id: int,
    fields: CustomerFields,
    actor: Actor,
    now: datetime,
    may_share_address: bool = False,
) -> Customer:
    """Create the customer; raises CustomerExists when id or address already mean somebody.

    A person who writes down another member of a family knows it (`may_share_address`); a program
    that repeats a call does not.
    """
    lock_identity(organisation_id, fields)
    email = None if may_share_address else fields.email
    if stored := find_customer(external_id=fields.external_id, email=email):
        raise CustomerExists(stored)
    customer = Customer(organisation_id=organisation_id, created_at=now)
    _change("customer.created", customer, fields, {}, actor, now)
    return customer


def correct_customer(
    *, customer: Customer, fields: CustomerFields, actor: Actor, now: datetime
) -> Customer:
    """Write what was said and leave the rest.

    Raises CustomerExists for a taken external id, CustomerIsErased for an emptied row.
    """
    # Held and read anew: whoever was erased since the form was opened must stay erased.
    held = Customer.objects.select_for_update(of=("self",)).select_related("company")
    customer = held.get(pk=customer.pk)
    if customer.erased_at is not None:
        raise CustomerIsErased
    if customer.merged_into_id is not None:
        raise CustomerIsMerged(customer.merged_into_id)
    before = written(customer)
    _change("customer.edited", customer, fields, before, actor, now)
    return customer


def _change(
    action: str,
    customer: Customer,
    fields: CustomerFields,
    before: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    try:
        with transaction.atomic():
            change_customer(customer=customer, fields=fields, now=now)
    except IntegrityError as error:
        taken = Customer.objects.filter(external_id=fields.external_id or None).first()
        if taken is None:
            raise
        raise CustomerExists(taken.merged_into or taken) from error
    record_change(
        organisation_id=customer.organisation_id,
        actor=actor,
        action=action,
        object_type="customer",
        object_id=customer.pk,
        before=before,
        after=written(customer),
        now=now,
    )


def written(customer: Customer) -> dict[str, Any]:
    """What the audit trail compares of a customer."""
    return {
        "name": customer.name,
        "email": customer.email,
        "external_id": customer.external_id or "",
        "phone": customer.phone,
        "company": customer.company.name if customer.company else "",
        "language": customer.language,
        "time_zone": customer.time_zone,
        "legal_basis": customer.legal_basis,
        "legal_basis_on": customer.legal_basis_on and customer.legal_basis_on.isoformat(),
        "legal_basis_source": customer.legal_basis_source,
        "properties": customer.properties,
    }
