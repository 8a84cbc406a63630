"""Create and change customers and companies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import connection

from kit.texts import address_key
from surveys.actions.suppressing import bring_wishes
from surveys.models import Company, Customer, PropertyKey
from surveys.queries.meant import find_customer, former_names
from surveys.rules.bases import LegalBasis, is_newer

MOST_KEYS = 200
LOCK_NAMES = """
    SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%(names)s::text[]) name
"""
LOCK_EVERYBODY = "SELECT pg_advisory_xact_lock(hashtextextended(%(everybody)s, 0))"
SHARE_EVERYBODY = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%(everybody)s, 0))"
# Two calls that name the same new person would otherwise create her twice.
HOLD_NAMES = f"{SHARE_EVERYBODY}; {LOCK_NAMES}"
Value = str | int | float | bool
WANTED = {
    PropertyKey.Kind.TEXT: "a text",
    PropertyKey.Kind.NUMBER: "a number",
    PropertyKey.Kind.BOOLEAN: "true or false",
}


class PropertyMismatch(ValueError):
    """A property's value is not of the type that its first value had."""

    def __init__(self, key: str, kind: str, owner: str) -> None:
        wanted = WANTED[PropertyKey.Kind(kind)]
        super().__init__(f"{key} has been {wanted} since its first value: send {wanted}.")
        self.key = key
        self.owner = owner


class TooManyProperties(ValueError):
    """An organisation may know at most MOST_KEYS property keys of one kind."""


@dataclass(frozen=True)
class CustomerFields:
    """What a caller says of a customer; None means: not said, leave as it is."""

    external_id: str | None = None
    email: str | None = None
    name: str | None = None
    phone: str | None = None
    company: str | None = None
    language: str | None = None
    time_zone: str | None = None
    properties: Mapping[str, Value] = field(default_factory=dict)
    legal_basis: LegalBasis | None = None


def save_customer(*, organisation_id: int, fields: CustomerFields, now: datetime) -> Customer:
    """Create the customer or update the one that is meant."""
    lock_identity(organisation_id, fields)
    customer = find_customer(external_id=fields.external_id, email=fields.email, is_held=True)
    if customer is None:
        customer = Customer(organisation_id=organisation_id, created_at=now)
    else:
        fields = without_former_names(fields, customer)
    return change_customer(customer=customer, fields=without_stale_basis(fields, customer), now=now)


def without_former_names(fields: CustomerFields, customer: Customer) -> CustomerFields:
    """A system that still tells the id or address of a merged entry must not bring it back."""
    key = address_key(fields.email or "")
    is_other_id = bool(fields.external_id) and fields.external_id != customer.external_id
    if not is_other_id and key in ("", customer.address_key):
        return fields
    return without_names(fields, customer, former_names([customer.pk]))


def without_names(
    fields: CustomerFields, customer: Customer, former: Sequence[tuple[int, str | None, str]]
) -> CustomerFields:
    """Leave out what was her id or address in one of these entries, merged since."""
    ids = {external_id for _, external_id, _ in former}
    addresses = {known for _, _, known in former}
    key = address_key(fields.email or "")
    was_hers = bool(key and customer.address_key) and key in addresses
    return replace(
        fields,
        external_id=None if fields.external_id in ids else fields.external_id,
        email=None if was_hers and key != customer.address_key else fields.email,
    )


def without_stale_basis(fields: CustomerFields, customer: Customer) -> CustomerFields:
    """A helpdesk that still tells last year's consent must not undo this year's refusal."""
    said = fields.legal_basis
    if said is None or is_newer(said.on, customer.legal_basis_on):
        return fields
    return replace(fields, legal_basis=None)


def change_customer(*, customer: Customer, fields: CustomerFields, now: datetime) -> Customer:
    """Write what was said; properties are merged key by key."""
    had_address = bool(customer.address_key) or customer.pk is None
    before = {} if customer._state.adding else _columns(customer)
    write_fields(customer, fields)
    if fields.company is not None:
        customer.company = save_company(
            organisation_id=customer.organisation_id, name=fields.company, now=now
        )
    register_properties(
        organisation_id=customer.organisation_id,
        owner=PropertyKey.Owner.CUSTOMER,
        properties=fields.properties,
        now=now,
    )
    if before != _columns(customer):
        customer.save()
    if customer.address_key and not had_address:
        bring_wishes(customer)
    return customer


def _columns(customer: Customer) -> dict[str, object]:
    return {name: value for name, value in vars(customer).items() if name != "_state"}


def write_fields(customer: Customer, fields: CustomerFields) -> None:
    """Write what was said of the customer herself, all but the company; nothing is stored yet."""
    for name in ("external_id", "email", "name", "phone", "language", "time_zone"):
        value = getattr(fields, name)
        if value is not None:
            setattr(customer, name, value or (None if name == "external_id" else ""))
    customer.address_key = address_key(customer.email)
    if fields.legal_basis is not None:
        _write_basis(customer, fields.legal_basis)
    customer.properties = {**customer.properties, **fields.properties}


def _write_basis(customer: Customer, said: LegalBasis) -> None:
    customer.legal_basis = said.basis or ""
    customer.legal_basis_on = said.on
    customer.legal_basis_source = said.source


def save_company(*, organisation_id: int, name: str, now: datetime) -> Company | None:
    """Return the company of this name, created if new; an empty name is no company."""
    if not name:
        return None
    company, _ = Company.objects.get_or_create(
        organisation_id=organisation_id, name=name, defaults={"created_at": now}
    )
    return company


def register_properties(
    *,
    organisation_id: int,
    owner: PropertyKey.Owner,
    properties: Mapping[str, Value],
    now: datetime,
) -> None:
    """Register new keys with the type of their first value; refuse a value of another type."""
    if not properties:
        return
    known = known_kinds(organisation_id, owner)
    new = new_kinds(known, owner, properties)
    register_kinds(organisation_id=organisation_id, owner=owner, kinds=new, now=now)


def known_kinds(organisation_id: int, owner: PropertyKey.Owner) -> dict[str, str]:
    """Return the kind of each property key that is registered."""
    rows = PropertyKey.objects.filter(organisation_id=organisation_id, owner=owner)
    return dict(rows.values_list("key", "kind"))


def new_kinds(
    known: Mapping[str, str], owner: PropertyKey.Owner, properties: Mapping[str, Value]
) -> dict[str, str]:
    """Return the kinds of keys that are new; raises where a value is not of its key's kind."""
    kinds = {key: _kind(value) for key, value in properties.items()}
    for key, kind in kinds.items():
        if known.get(key, kind) != kind:
            raise PropertyMismatch(key, known[key], owner)
    new = {key: kind for key, kind in kinds.items() if key not in known}
    if new and len(known) + len(new) > MOST_KEYS:
        raise TooManyProperties(f"At most {MOST_KEYS} property keys; this call would add more.")
    return new


def register_kinds(
    *, organisation_id: int, owner: PropertyKey.Owner, kinds: Mapping[str, str], now: datetime
) -> None:
    """Store new keys, in one order: two calls with the same keys wait for, not lock, each other."""
    PropertyKey.objects.bulk_create(
        [
            PropertyKey(
                organisation_id=organisation_id, owner=owner, key=key, kind=kind, created_at=now
            )
            for key, kind in sorted(kinds.items())
        ],
        ignore_conflicts=True,
    )


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return PropertyKey.Kind.BOOLEAN
    return PropertyKey.Kind.NUMBER if isinstance(value, int | float) else PropertyKey.Kind.TEXT


def lock_identity(organisation_id: int, *people: CustomerFields | Customer) -> None:
    """Hold the names of a person until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD_NAMES, names_of(organisation_id, *people))


def names_of(
    organisation_id: int, *people: CustomerFields | Customer
) -> dict[str, str | list[str]]:
    """The values of `HOLD_NAMES`, in the order in which everybody holds them."""
    names = sorted(
        {
            f"customer:{organisation_id}:{name}"
            for one in people
            for name in (one.external_id, address_key(one.email or ""))
            if name
        }
    )
    return {"everybody": _everybody(organisation_id), "names": names}


def lock_everybody(organisation_id: int) -> None:
    """Let nobody else create a customer until the transaction ends.

    A thousand names would fill the table of locks, which all of the database shares.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK_EVERYBODY, {"everybody": _everybody(organisation_id)})


def _everybody(organisation_id: int) -> str:
    return f"customers:{organisation_id}"


def lock_names(names: list[str]) -> None:
    """Hold these names, in this order, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_NAMES, {"names": names})
