"""Meet many customers at once: find, create and change them with a statement for all."""

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from kit.arrays import among_texts
from kit.texts import address_key
from surveys.actions.customers import (
    CustomerFields,
    lock_everybody,
    without_names,
    without_stale_basis,
    write_fields,
)
from surveys.actions.suppressing import bring_wishes
from surveys.models import Company, Customer
from surveys.queries.meant import former_names, left_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

WRITTEN = {
    "external_id": "text",
    "email": "text",
    "address_key": "text",
    "name": "text",
    "phone": "text",
    "company_id": "bigint",
    "legal_basis": "text",
    "legal_basis_on": "date",
    "legal_basis_source": "text",
    "language": "text",
    "time_zone": "text",
    "properties": "jsonb",
}
NAMES = ", ".join(WRITTEN)
TYPES = ", ".join(f"{name} {kind}" for name, kind in WRITTEN.items())
NEW_IDS = """
    SELECT nextval(pg_get_serial_sequence('surveys_customer', 'id'))
    FROM generate_series(1, %s)
"""
INSERT = f"""
    INSERT INTO surveys_customer (id, organisation_id, created_at, {NAMES})
    SELECT id, %s, %s, {NAMES} FROM jsonb_to_recordset(%s) AS met (id bigint, {TYPES})
"""  # noqa: S608  (names of our own)
UPDATE = f"""
    UPDATE surveys_customer AS customer
    SET {", ".join(f"{name} = met.{name}" for name in WRITTEN)}
    FROM jsonb_to_recordset(%s) AS met (id bigint, {TYPES})
    WHERE customer.id = met.id
"""  # noqa: S608  (names of our own)


Former = tuple[int, str | None, str]


@dataclass
class Crowd:
    """The customers of one call: whoever is said twice is one person."""

    organisation_id: int
    now: datetime
    by_external_id: dict[str, Customer] = field(default_factory=dict)
    by_address: dict[str, list[Customer]] = field(default_factory=lambda: defaultdict(list))
    companies: dict[str, Company] = field(default_factory=dict)
    before: list[tuple[Customer, dict[str, Any]]] = field(default_factory=list)
    new: list[Customer] = field(default_factory=list)
    former: dict[int, list[Former]] = field(default_factory=lambda: defaultdict(list))

    def find(self, fields: CustomerFields) -> Customer | None:
        """Return who is meant, as `surveys.queries.meant.find_customer` does."""
        if fields.external_id and (found := self.by_external_id.get(fields.external_id)):
            return found
        of_address = self.by_address.get(address_key(fields.email), []) if fields.email else []
        if fields.external_id:
            of_address = [each for each in of_address if each.external_id is None]
        return min(of_address, key=_since_when, default=None)

    def meet(self, fields: CustomerFields) -> Customer:
        """Return who is meant, changed as is said; nothing is stored before `save`."""
        customer = self.find(fields)
        if customer is None:
            customer = Customer(organisation_id=self.organisation_id, created_at=self.now)
            self.new.append(customer)
        elif names := self.former.get(customer.pk):
            fields = without_names(fields, customer, names)
        before = self.by_address.get(customer.address_key, [])
        write_fields(customer, without_stale_basis(fields, customer))
        if fields.company is not None:
            customer.company = self.companies.get(fields.company)
        if customer in before and self.by_address.get(customer.address_key) is not before:
            before.remove(customer)
        self.remember(customer)
        return customer

    def remember(self, customer: Customer) -> None:
        if customer.external_id:
            self.by_external_id[customer.external_id] = customer
        of_address = self.by_address[customer.address_key]
        if customer.address_key and customer not in of_address:
            of_address.append(customer)

    def remember_former(self) -> None:
        """Let the names of entries that were merged mean who is left, unless somebody has them."""
        known = {customer.pk: customer for customer, _ in self.before}
        for one in former_names(known) if known else ():
            customer, external_id, key = known[one[0]], one[1], one[2]
            self.former[customer.pk].append(one)
            if external_id:
                self.by_external_id.setdefault(external_id, customer)
            if key and not self.by_address[key]:
                self.by_address[key].append(customer)

    def save(self) -> None:
        """Store who is new and who has changed."""
        changed = [customer for customer, was in self.before if _written(customer) != was]
        with connection.cursor() as cursor:
            if self.new:
                cursor.execute(NEW_IDS, [len(self.new)])
                for customer, (pk,) in zip(self.new, cursor.fetchall(), strict=True):
                    customer.pk = pk
                cursor.execute(INSERT, [self.organisation_id, self.now, _rows(self.new)])
            if changed:
                cursor.execute(UPDATE, [_rows(changed)])
        for customer, was in self.before:
            if customer.address_key and not was["address_key"]:
                bring_wishes(customer)


def gather(*, organisation_id: int, said: Sequence[CustomerFields], now: datetime) -> Crowd:
    """Return the crowd with everybody who is known already, held until the transaction ends."""
    crowd = Crowd(organisation_id, now)
    nobody_held = transaction.savepoint()
    _hold(crowd, said)
    if any(_is_news(crowd, fields) for fields in said):
        # Others hold the names first, then the rows: the rows are let go until the names are ours.
        transaction.savepoint_rollback(nobody_held)
        lock_everybody(organisation_id)
        _hold(crowd, said)
    crowd.companies = _companies(organisation_id, {one.company for one in said if one.company}, now)
    return crowd


def _is_news(crowd: Crowd, fields: CustomerFields) -> bool:
    """Whether this creates somebody or gives somebody an external id."""
    found = crowd.find(fields)
    return found is None or bool(fields.external_id and found.external_id != fields.external_id)


def _hold(crowd: Crowd, said: Sequence[CustomerFields]) -> None:
    """Read everybody who may be meant; held in the order of their ids, as all others do."""
    rows = _meant(said).select_for_update(of=("self",), no_key=True)
    crowd.by_external_id.clear()
    crowd.by_address.clear()
    crowd.before.clear()
    crowd.former.clear()
    for customer in rows:
        crowd.remember(customer)
        crowd.before.append((customer, _written(customer)))
    crowd.remember_former()


def _meant(said: Sequence[CustomerFields]) -> "QuerySet[Customer]":
    ids = {one.external_id for one in said if one.external_id}
    addresses = {address_key(one.email) for one in said if one.email}
    either = left_of(among_texts("external_id", ids))
    of_addresses = left_of(among_texts("address_key", addresses))
    present = Customer.objects.present().select_related("company")
    return present.filter(pk__in=either.union(of_addresses)).order_by("pk")


def _companies(organisation_id: int, names: set[str], now: datetime) -> dict[str, Company]:
    if not names:
        return {}
    # In one order, so that two calls with the same new names wait for, not lock, each other.
    made = [
        Company(organisation_id=organisation_id, name=name, created_at=now)
        for name in sorted(names)
    ]
    known = Company.objects.filter(among_texts("name", names))
    found = {company.name: company for company in known}
    if len(found) < len(names):
        missing = [company for company in made if company.name not in found]
        Company.objects.bulk_create(missing, ignore_conflicts=True)
        found = {company.name: company for company in known.all()}
    return found


def _since_when(customer: Customer) -> float:
    """Who shares an address: the one known longest is meant; whoever is new has no id yet."""
    return math.inf if customer._state.adding else customer.pk


def _written(customer: Customer) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(customer, name) for name in WRITTEN}
    return row


def _rows(customers: Sequence[Customer]) -> str:
    return json.dumps([{"id": each.pk, **_written(each)} for each in customers], default=str)
