"""Merge two customers who are one person: what was of both is of one, the other leads to her."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from events.dispatching import Happening
from events.kinds import Kind
from events.publishing import publish
from surveys.actions import merging_rows as rows
from surveys.actions.considering import hold_people
from surveys.actions.customers import lock_identity
from surveys.actions.registering import CustomerIsErased, CustomerIsMerged, written
from surveys.models import Customer, Response
from surveys.queries.merging import entry_of
from surveys.rules.merging import Entry, merged


class SameCustomer(ValueError):
    """A customer cannot be merged with herself."""


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What was done: who is left, and how many rows became hers."""

    customer: Customer
    moved: Mapping[str, int]
    mails_taken_back: int


def merge_customers(*, customer_id: int, other_id: int, actor: Actor, now: datetime) -> Merged:
    """Make the other one this customer, for good.

    Raises SameCustomer, CustomerIsErased, CustomerIsMerged and Customer.DoesNotExist.
    """
    if customer_id == other_id:
        raise SameCustomer
    with transaction.atomic():
        kept, other = _held(customer_id, other_id)
        before = written(kept)
        answers = _answers(other_id)
        stopped = rows.take_back_doubled(customer_id, other_id, now)
        moved = rows.move_rows(customer_id, other_id)
        _write(kept, other, now)
        rows.bring_wishes_of(other, to=kept)
        publish(
            organisation_id=kept.organisation_id,
            kind=Kind.CUSTOMER_MERGED,
            now=now,
            customer=customer_id,
            merged=other_id,
            response=answers,
        )
        record_change(
            organisation_id=kept.organisation_id,
            actor=actor,
            action="customer.merged",
            object_type="customer",
            object_id=customer_id,
            before=before,
            after={**written(kept), "merged_customer": other_id},
            now=now,
        )
    return Merged(customer=kept, moved=moved, mails_taken_back=stopped)


def bring_late(organisation_id: int, happenings: Sequence[Happening], now: datetime) -> None:
    """Bring what came in by a transaction that began before the merging and ended after it."""
    for event in happenings:
        kept, other = event.payload["customer"], event.payload["merged"]
        late = _answers(other)
        rows.move_rows(kept, other)
        if late:
            publish(
                organisation_id=organisation_id,
                kind=Kind.RESPONSE_IMPORTED,
                now=now,
                response=late,
            )


def _held(customer_id: int, other_id: int) -> tuple[Customer, Customer]:
    """Lock waves, then as recording, asking and erasing do: names, people, and both rows."""
    pair = Customer.objects.filter(pk__in=(customer_id, other_id)).order_by("id")
    known = list(pair)
    if known:
        rows.hold_portions(customer_id, other_id)
        lock_identity(known[0].organisation_id, *known)
        hold_people([customer_id, other_id])
    held = {one.pk: one for one in pair.select_for_update()}
    for one in held.values():
        if one.erased_at is not None:
            raise CustomerIsErased
        if one.merged_into_id is not None:
            raise CustomerIsMerged(one.merged_into_id)
    if len(held) < len((customer_id, other_id)) or any(one.archived_at for one in held.values()):
        raise Customer.DoesNotExist
    return held[customer_id], held[other_id]


def _answers(customer_id: int) -> list[int]:
    hers = Response.objects.filter(customer=customer_id).order_by("id")
    return list(hers.values_list("id", flat=True))


def _write(kept: Customer, other: Customer, now: datetime) -> None:
    """The other row keeps the names it was known by; its id is free first, for it may be taken."""
    left = merged(entry_of(kept), entry_of(other))
    Customer.objects.filter(pk=other.pk).update(
        external_id=None if left.external_id == other.external_id else other.external_id,
        name="",
        company=None,
        language="",
        time_zone="",
        legal_basis="",
        legal_basis_on=None,
        legal_basis_source="",
        properties={},
        archived_at=now,
        merged_into=kept,
        merged_at=now,
    )
    for name, value in _columns(left).items():
        setattr(kept, name, value)
    kept.save()


def _columns(entry: Entry) -> dict[str, Any]:
    basis = entry.basis
    columns = {name: value for name, value in vars(entry).items() if name != "basis"}
    return columns | {
        "properties": dict(entry.properties),
        "legal_basis": basis.basis or "",
        "legal_basis_on": basis.on,
        "legal_basis_source": basis.source,
    }
