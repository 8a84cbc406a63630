"""Find the customers that a list names, and add those who are not known yet if that is wished."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Q

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from kit.texts import address_key
from surveys.actions.customers import lock_names
from surveys.models import Customer
from surveys.rules.bases import Basis, LegalBasis
from surveys.rules.listing import Person

BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Matched:
    """The customers on a list, and those who are not known."""

    customer_ids: list[int]
    unknown: list[Person]
    added: int = 0


def match_list(people: Sequence[Person]) -> Matched:
    """Find each as `find_customer` does; write nothing.

    By external id, else by address, and then the one known longest. Whoever has another id than
    the one that is named is another person, who shares the address.
    """
    found: dict[int, None] = {}
    unknown = []
    for batch in _batches(people):
        by_id, by_address, without_id = _known(batch)
        for person in batch:
            same_address = without_id if person.external_id else by_address
            pk = by_id.get(person.external_id) or same_address.get(address_key(person.email))
            if pk is None:
                unknown.append(person)
            else:
                found[pk] = None
    return Matched(customer_ids=list(found), unknown=unknown)


def bring_list(
    *,
    organisation_id: int,
    people: Sequence[Person],
    actor: Actor,
    now: datetime,
    basis: LegalBasis | None = None,
) -> Matched:
    """Find each, and add whoever is not known; two equal lists at once add nobody twice.

    Where it is said why they may be asked, that is noted of each, but of nobody who refused, and
    of nobody of whom a later day is known: a list of many undoes no wish of one.
    """
    lock_names([f"list:{organisation_id}"])
    matched = match_list(people)
    based = _note_basis(matched.customer_ids, basis)
    new = Customer.objects.bulk_create(
        (
            Customer(
                organisation_id=organisation_id,
                external_id=person.external_id or None,
                email=person.email,
                address_key=address_key(person.email),
                name=person.name,
                created_at=now,
                **_columns(basis),
            )
            for person in matched.unknown
        ),
        batch_size=BATCH,
    )
    if new or based:
        record_change(
            organisation_id=organisation_id,
            actor=actor,
            action="customers.listed",
            object_type="organisation",
            object_id=organisation_id,
            after={"added": len(new), **_told(basis)},
            now=now,
        )
    ids = [*matched.customer_ids, *(customer.pk for customer in new)]
    return Matched(customer_ids=ids, unknown=[], added=len(new))


def _note_basis(customer_ids: Collection[int], basis: LegalBasis | None) -> int:
    """Return of how many it was news."""
    if basis is None:
        return 0
    said = _columns(basis)
    older = Q(legal_basis_on__isnull=True) | Q(legal_basis_on__lte=basis.on)
    rows = Customer.objects.filter(older, pk__in=customer_ids).exclude(**said)
    rows = rows.exclude(legal_basis=Basis.REFUSED)
    return rows.update(**said)


def _columns(basis: LegalBasis | None) -> dict[str, Any]:
    if basis is None:
        return {}
    return {
        "legal_basis": basis.basis or "",
        "legal_basis_on": basis.on,
        "legal_basis_source": basis.source,
    }


def _told(basis: LegalBasis | None) -> dict[str, str]:
    return {} if basis is None else {"legal_basis": str(basis.basis), "source": basis.source}


def _known(
    batch: Sequence[Person],
) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """By external id, by address, and by address those who have no external id."""
    present = Customer.objects.present()
    ids = [person.external_id for person in batch if person.external_id]
    keys = [address_key(person.email) for person in batch if person.email]
    by_id = {
        str(external_id): pk
        for external_id, pk in present.filter(external_id__in=ids).values_list("external_id", "id")
    }
    rows = list(
        present.filter(address_key__in=keys)
        .order_by("-id")
        .values_list("address_key", "id", "external_id")
    )
    by_address = {key: pk for key, pk, _ in rows}
    return by_id, by_address, {key: pk for key, pk, named in rows if named is None}


def _batches(people: Sequence[Person]) -> Iterator[list[Person]]:
    rest = iter(people)
    while batch := list(islice(rest, BATCH)):
        yield batch
