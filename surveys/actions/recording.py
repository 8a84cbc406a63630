"""Record an interaction once: same id and body is the stored one, another body is refused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from events.kinds import Kind
from events.publishing import NEWS, owed
from kit import tokens
from kit.failpoints import failpoint
from kit.periods import local_day
from kit.statements import prepared
from kit.texts import address_key
from surveys.actions.customers import (
    CustomerFields,
    change_customer,
    register_properties,
    without_former_names,
    without_stale_basis,
)
from surveys.actions.recording_known import Known, look_up
from surveys.models import Customer, Interaction, PropertyKey, Touchpoint

STORED = (
    "organisation_id", "source", "source_id", "touchpoint_id", "customer_id", "occurred_at",
    "local_on", "recorded_at", "way", "is_test", "subject", "context",
)  # fmt: skip
STORE = f"""
    WITH stored AS (
        INSERT INTO surveys_interaction ({", ".join(STORED)})
        VALUES ({", ".join(f"%({name})s" for name in STORED)})
        ON CONFLICT (organisation_id, source, source_id) DO NOTHING
        RETURNING id, organisation_id, recorded_at
    ), news AS (
        SELECT organisation_id, %(kind)s AS kind, recorded_at AS at,
            jsonb_build_object('interaction', id) AS payload
        FROM stored
    ), {NEWS}
    SELECT id FROM stored
"""  # noqa: S608  (names of our own)


class Overtaken(RuntimeError):
    """Others stored what is meant at the same moment."""


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


def record_interaction(
    *, organisation_id: int, fields: InteractionFields, now: datetime
) -> Recorded:
    """Store the interaction and its customer and publish that it happened.

    Raises UnknownTouchpoint, InteractionDiffers, PropertyMismatch; then nothing is changed.
    """
    known = look_up(
        organisation_id=organisation_id,
        touchpoint=fields.touchpoint,
        customer=fields.customer,
        context=fields.context,
        source=fields.source,
        source_ids=_source_ids(fields),
    )
    if known.is_stored:
        return _again(fields)
    if known.touchpoint is None:
        raise UnknownTouchpoint(fields.touchpoint)
    failpoint("interaction.begun")
    try:
        return _record(known, known.touchpoint, fields, now)
    except Overtaken:
        return _again(fields)


def _source_ids(fields: InteractionFields) -> list[str]:
    return [fields.source_id, *sealed_source_ids(fields.source, fields.source_id)]


def _again(fields: InteractionFields) -> Recorded:
    stored = Interaction.objects.filter(source=fields.source, source_id__in=_source_ids(fields))
    return same_or_refused(stored.select_related("touchpoint", "customer")[0], fields)


def _record(
    known: Known, touchpoint: Touchpoint, fields: InteractionFields, now: datetime
) -> Recorded:
    if known.has_all_of(fields.customer, fields.context):
        return _store(_interaction(known, touchpoint, fields, now))
    with transaction.atomic():
        interaction = _interaction(known, touchpoint, fields, now)
        interaction.customer = _bring(known, fields, now)
        return _store(interaction)


def _bring(known: Known, fields: InteractionFields, now: datetime) -> Customer:
    """Store what is news of the customer and of properties; return her."""
    customer, said = known.customer, fields.customer
    if customer is None:
        customer = Customer(organisation_id=known.organisation_id, created_at=now)
    else:
        said = without_former_names(said, customer)
    said = without_stale_basis(said, customer)
    customer = change_customer(customer=customer, fields=said, now=now)
    register_properties(
        organisation_id=known.organisation_id,
        owner=PropertyKey.Owner.INTERACTION,
        properties=fields.context,
        now=now,
    )
    return customer


def _interaction(
    known: Known, touchpoint: Touchpoint, fields: InteractionFields, now: datetime
) -> Interaction:
    return Interaction(
        organisation_id=known.organisation_id,
        source=fields.source,
        source_id=fields.source_id,
        touchpoint=touchpoint,
        customer=known.customer,
        occurred_at=fields.occurred_at,
        local_on=local_day(fields.occurred_at, known.time_zone),
        recorded_at=now,
        way=fields.way,
        is_test=fields.is_test,
        subject=fields.subject,
        context=dict(fields.context),
    )


def _store(interaction: Interaction) -> Recorded:
    """Store it with its event; raises Overtaken where its name is taken meanwhile."""
    values = {
        **{name: getattr(interaction, name) for name in STORED},
        "context": json.dumps(interaction.context),
        "kind": Kind.INTERACTION_RECORDED.value,
        **owed(Kind.INTERACTION_RECORDED),
    }
    with connection.cursor() as cursor:
        cursor.execute(prepared(cursor, STORE), values)
        stored = cursor.fetchone()
    if stored is None:
        raise Overtaken
    (interaction.pk,) = stored
    failpoint("interaction.stored")
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
    said = without_former_names(fields.customer, stored.customer)
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
