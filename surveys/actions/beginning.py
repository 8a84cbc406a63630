"""Begin with one of the three usual questions: its touchpoint and programme in one act."""

from datetime import datetime

from django.db import transaction

from accounts.rules.actors import Actor
from surveys.actions.editing_programmes import ProgrammeDetails, create_programme
from surveys.actions.editing_touchpoints import TouchpointDetails, create_touchpoint
from surveys.models import Programme, Touchpoint
from surveys.rules.starters import Starter

OPEN_DAYS = 30


def begin_with(*, organisation_id: int, starter: Starter, actor: Actor, now: datetime) -> Programme:
    """Return the programme, switched off; the one of that name where it is there already."""
    with transaction.atomic():
        known = Programme.objects.filter(name=starter.name, archived_at__isnull=True).first()
        if known is not None:
            return known
        place = _place(organisation_id, starter, actor, now) if starter.place else None
        return create_programme(
            organisation_id=organisation_id,
            kind=starter.kind,
            metric=starter.metric,
            details=_details(starter, place),
            actor=actor,
            now=now,
        )


def _place(organisation_id: int, starter: Starter, actor: Actor, now: datetime) -> Touchpoint:
    known = Touchpoint.objects.filter(name=starter.place).first()
    return known or create_touchpoint(
        organisation_id=organisation_id,
        details=TouchpointDetails(
            name=starter.place,
            kind=starter.place_kind,
            stage_id=None,
            new_stage=starter.stage,
            deed=starter.deed,
            topic=starter.topic,
            owner_team="",
            target=None,
        ),
        actor=actor,
        now=now,
    )


def _details(starter: Starter, place: Touchpoint | None) -> ProgrammeDetails:
    return ProgrammeDetails(
        name=starter.name,
        public_name=starter.public_name,
        touchpoint_ids=[place.pk] if place else [],
        delay_minutes=0,
        rest_days=starter.rest_days,
        expires_after_days=OPEN_DAYS,
        cadence_months=starter.cadence_months,
    )
