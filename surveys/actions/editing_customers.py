"""Write down a customer by hand, and correct what is written."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from surveys.actions.customers import CustomerFields, change_customer
from surveys.models import Customer


class ExternalIdTaken(Exception):
    """Another customer of the organisation already has this id."""


class CustomerIsErased(Exception):
    """Nothing can be written on the empty row that an erased person leaves."""


@dataclass(frozen=True, kw_only=True)
class CustomerDetails:
    """What a form says about a customer; an empty text means none."""

    name: str
    email: str
    external_id: str
    phone: str
    company: str
    language: str
    time_zone: str


def create_customer(
    *, organisation_id: int, details: CustomerDetails, actor: Actor, now: datetime
) -> Customer:
    """Store a new customer; raises ExternalIdTaken."""
    customer = Customer(organisation_id=organisation_id, created_at=now)
    _write(customer, details, now=now)
    _record("customer.created", customer, {}, actor=actor, now=now)
    return customer


def update_customer(
    *, customer: Customer, details: CustomerDetails, actor: Actor, now: datetime
) -> Customer:
    """Replace what is written on the customer; raises ExternalIdTaken or CustomerIsErased."""
    if customer.erased_at is not None:
        raise CustomerIsErased
    before = asdict(details_of(customer))
    _write(customer, details, now=now)
    _record("customer.edited", customer, before, actor=actor, now=now)
    return customer


def details_of(customer: Customer) -> CustomerDetails:
    """Return what stands on the customer, as a form shows it."""
    return CustomerDetails(
        name=customer.name,
        email=customer.email,
        external_id=customer.external_id or "",
        phone=customer.phone,
        company=customer.company.name if customer.company else "",
        language=customer.language,
        time_zone=customer.time_zone,
    )


def _write(customer: Customer, details: CustomerDetails, *, now: datetime) -> None:
    try:
        with transaction.atomic():
            change_customer(customer=customer, fields=CustomerFields(**asdict(details)), now=now)
    except IntegrityError as refused:
        if "customer_external_id_once" not in str(refused):
            raise
        raise ExternalIdTaken from refused


def _record(
    action: str, customer: Customer, before: dict[str, str], *, actor: Actor, now: datetime
) -> None:
    record_change(
        organisation_id=customer.organisation_id,
        actor=actor,
        action=action,
        object_type="customer",
        object_id=customer.pk,
        before=before,
        after=asdict(details_of(customer)),
        now=now,
    )
