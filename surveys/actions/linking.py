"""Give out somebody's personal link: whoever asked for it hands it over, in a chat, on a receipt.

The same rules decide as for a mail; what holds back mail alone does not (sending hours, an
address that does not exist).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.auditing import record_change
from accounts.models import Organisation
from accounts.rules.actors import Actor
from kit import tokens
from surveys.actions.considering import Decided, decide_many
from surveys.actions.customers import (
    CustomerFields,
    register_properties,
    save_customer,
)
from surveys.models import Customer, Decision, Programme, PropertyKey
from surveys.models.programmes import ProgrammeTouchpoint
from surveys.queries.candidates import Candidate, Handed


class NotAskedThere(LookupError):
    """The programme does not ask at the touchpoint that was named, or at several and none was."""


@dataclass(frozen=True, kw_only=True)
class LinkWish:
    """For whom and about what a link is wanted; the reference makes the same wish the same link."""

    programme: Programme
    reference: str
    customer: CustomerFields
    touchpoint: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    is_test: bool = False


def give_link(*, organisation_id: int, wish: LinkWish, now: datetime) -> Decided:
    """Decide whether this customer may get a link now; the same reference is decided once.

    Raises NotAskedThere and PropertyMismatch; then nothing is changed.
    """
    with transaction.atomic():
        touchpoint_id = _touchpoint(wish.programme, wish.touchpoint)
        customer = save_customer(organisation_id=organisation_id, fields=wish.customer, now=now)
        register_properties(
            organisation_id=organisation_id,
            owner=PropertyKey.Owner.INTERACTION,
            properties=wish.context,
            now=now,
        )
        handed = Handed(touchpoint_id, dict(wish.context), wish.is_test)
        occasion = _occasion(organisation_id, wish.reference)
        return _decide(
            organisation_id, Candidate(wish.programme, customer.pk, occasion, handed=handed), now
        )


def link_by_hand(
    *, organisation_id: int, programme_id: int, customer_id: int, actor: Actor, now: datetime
) -> Decision:
    """Decide of a link that a member wants to hand over, and keep who wanted it."""
    programme = Programme.objects.get(pk=programme_id)
    customer = Customer.objects.get(pk=customer_id)
    places = _places(programme)
    handed = Handed(places[0] if len(places) == 1 else None)
    occasion = f"link-by-hand:{now.isoformat(timespec='seconds')}"
    candidate = Candidate(programme, customer.pk, occasion, handed=handed)
    decided = _decide(organisation_id, candidate, now)
    if decided.is_new:
        record_change(
            organisation_id=organisation_id,
            actor=actor,
            action="customer.linked" if decided.verdict.is_asked else "customer.not_asked",
            object_type="customer",
            object_id=customer_id,
            after={"programme": programme_id, "rule": decided.verdict.rule},
            now=now,
        )
    return Decision.objects.get(pk=decided.decision_id)


def _decide(organisation_id: int, candidate: Candidate, now: datetime) -> Decided:
    organisation = Organisation.objects.get(pk=organisation_id)
    (decided,) = decide_many(organisation=organisation, candidates=[candidate], now=now)
    return decided


def _occasion(organisation_id: int, reference: str) -> str:
    # A receipt's number leads to a person in another system; decisions outlive her here.
    return f"link:{tokens.sealed('link', f'{organisation_id}:{reference}')[0][:40]}"


def _touchpoint(programme: Programme, slug: str) -> int | None:
    places = _places(programme, slug)
    if len(places) == 1:
        return places[0]
    if programme.kind == Programme.Kind.RELATIONAL and not slug:
        return None
    raise NotAskedThere(slug)


def _places(programme: Programme, slug: str = "") -> list[int]:
    found = ProgrammeTouchpoint.objects.filter(programme=programme)
    if slug:
        found = found.filter(touchpoint__slug=slug, touchpoint__archived_at__isnull=True)
    return list(found.order_by("touchpoint_id").values_list("touchpoint_id", flat=True))
