"""Record an interaction once: same id and body is the stored one, another body is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from events.kinds import Kind
from events.publishing import publish
from kit import tokens
from kit.failpoints import failpoint
from kit.periods import local_day
from kit.texts import address_key
from surveys.actions.customers import CustomerFields, register_properties, save_customer
from surveys.models import Interaction, PropertyKey, Touchpoint


class UnknownTouchpoint(LookupError):
    """No touchpoint of this organisation has that slug."""


class InteractionDiffers(ValueError):
    """The id is taken by an interaction that says something else."""

    def __init__(self, stored: Interaction, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.stored = stored
        self.names = names


@dataclass(frozen=True)
class InteractionFields:
    """One customer at one touchpoint at one time, as a caller reports it."""

    source: str
    source_id: str
    touchpoint: str  # slug
    customer: CustomerFields
    occurred_at: datetime
    subject: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    way: Interaction.Way = Interaction.Way.API
    is_test: bool = False


@dataclass(frozen=True)
class Recorded:
    interaction: Interaction
    is_new: bool


def find_touchpoint(slug: str) -> Touchpoint:
    """Return the touchpoint or raise UnknownTouchpoint."""
    try:
        known = Touchpoint.objects.select_related("organisation")
        return known.get(slug=slug, archived_at__isnull=True)
    except Touchpoint.DoesNotExist as error:
        raise UnknownTouchpoint(slug) from error


def record_interaction(
    *, organisation_id: int, fields: InteractionFields, now: datetime
) -> Recorded:
    """Store the interaction and its customer and publish that it happened.

    Raises UnknownTouchpoint, InteractionDiffers, PropertyMismatch; then nothing is changed.
    """
    stored = _stored(fields)
    if stored is not None:
        return same_or_refused(stored, fields)
    try:
        with transaction.atomic():
            return _store(organisation_id, fields, now)
    except IntegrityError:
        # Another call with the same id was first; its row is visible now.
        stored = _stored(fields)
        if stored is None:
            raise
        return same_or_refused(stored, fields)


def _stored(fields: InteractionFields) -> Interaction | None:
    ids = [fields.source_id, *sealed_source_ids(fields.source, fields.source_id)]
    return (
        Interaction.objects.filter(source=fields.source, source_id__in=ids)
        .select_related("touchpoint", "customer")
        .first()
    )


def _store(organisation_id: int, fields: InteractionFields, now: datetime) -> Recorded:
    touchpoint = find_touchpoint(fields.touchpoint)
    failpoint("interaction.begun")
    customer = save_customer(organisation_id=organisation_id, fields=fields.customer, now=now)
    register_properties(
        organisation_id=organisation_id,
        owner=PropertyKey.Owner.INTERACTION,
        properties=fields.context,
        now=now,
    )
    interaction = Interaction.objects.create(
        organisation_id=organisation_id,
        source=fields.source,
        source_id=fields.source_id,
        touchpoint=touchpoint,
        customer=customer,
        occurred_at=fields.occurred_at,
        local_on=local_day(fields.occurred_at, touchpoint.organisation.time_zone),
        recorded_at=now,
        way=fields.way,
        is_test=fields.is_test,
        subject=fields.subject,
        context=dict(fields.context),
    )
    failpoint("interaction.stored")
    publish(
        organisation_id=organisation_id,
        kind=Kind.INTERACTION_RECORDED,
        now=now,
        interaction=interaction.pk,
    )
    failpoint("interaction.published")
    return Recorded(interaction, is_new=True)


def sealed_source_ids(source: str, source_id: str) -> list[str]:
    """What stands for the id of an erased person's interaction, so that it stays known."""
    return [f"erased:{one}" for one in tokens.sealed("interaction", f"{source}:{source_id}")]


def same_or_refused(stored: Interaction, fields: InteractionFields) -> Recorded:
    """Return what is stored under this name already; raises InteractionDiffers."""
    if stored.customer.erased_at is not None:
        # Told once more of somebody who was erased: nothing of it is stored again.
        return Recorded(stored, is_new=False)
    names = _differences(stored, fields)
    if names:
        raise InteractionDiffers(stored, names)
    return Recorded(stored, is_new=False)


def _differences(stored: Interaction, fields: InteractionFields) -> list[str]:
    """Name what differs. The customer's own data may have moved on; who she is may not."""
    said = fields.customer
    differs = {
        "touchpoint": stored.touchpoint.slug != fields.touchpoint,
        "occurred_at": stored.occurred_at != fields.occurred_at,
        "subject": stored.subject != fields.subject,
        "context": stored.context != dict(fields.context),
        "customer.external_id": said.external_id is not None
        and stored.customer.external_id != said.external_id,
        "customer.email": said.email is not None
        and said.external_id is None
        and stored.customer.address_key != address_key(said.email),
    }
    return [name for name, is_different in differs.items() if is_different]
