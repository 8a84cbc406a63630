"""Say whom a programme asks, about what and how often; switch it on and off."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NoReturn

from django.db import IntegrityError, transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from surveys.actions.publishing import write_version
from surveys.models import Programme, Survey
from surveys.models.programmes import ProgrammeTouchpoint
from surveys.queries.programmes import touchpoint_ids_of
from surveys.rules.channels import Preference
from surveys.rules.contents import FIRST

WRITTEN = (
    "name", "public_name", "channel", "delay_minutes", "rest_days", "expires_after_days",
    "cadence_months",
)  # fmt: skip

# A new programme reminds once; one that existed before reminders did goes on without.
REMINDER_DAYS = 5


class ProgrammeNameTaken(Exception):
    """Another programme of the organisation already has this name."""


@dataclass(frozen=True, kw_only=True)
class ProgrammeDetails:
    """What a form says about a programme."""

    name: str
    touchpoint_ids: Sequence[int]
    delay_minutes: int
    rest_days: int
    expires_after_days: int
    cadence_months: int | None
    public_name: str = ""
    channel: str = Preference.EMAIL


def create_programme(
    *,
    organisation_id: int,
    kind: str,
    metric: str,
    details: ProgrammeDetails,
    actor: Actor,
    now: datetime,
    is_anonymous: bool = False,
    kept_property: str = "",
) -> Programme:
    """Store a programme, switched off, with a survey of its own in the default wording.

    Anonymous it is for good: nothing here or elsewhere changes that, or the property it keeps.
    """
    try:
        with transaction.atomic():
            survey = Survey.objects.create(
                organisation_id=organisation_id, name=details.name, metric=metric, created_at=now
            )
            programme = Programme(
                organisation_id=organisation_id,
                kind=kind,
                survey=survey,
                reminder_days=REMINDER_DAYS,
                is_anonymous=is_anonymous,
                kept_property=kept_property if is_anonymous else "",
                created_at=now,
            )
            _write(programme, details)
    except IntegrityError as refused:
        _raise_if_name_taken(refused)
    write_version(survey=survey, number=1, content=FIRST, by=actor.name, now=now)
    told = {"is_anonymous": True, "kept_property": programme.kept_property} if is_anonymous else {}
    _record("programme.created", programme, {}, actor=actor, now=now, told=told)
    return programme


def update_programme(
    *, programme: Programme, details: ProgrammeDetails, actor: Actor, now: datetime
) -> Programme:
    """Replace whom and how often the programme asks; kind and metric stay what they were."""
    before = asdict(details_of(programme))
    try:
        with transaction.atomic():
            _write(programme, details)
    except IntegrityError as refused:
        _raise_if_name_taken(refused)
    _record("programme.edited", programme, before, actor=actor, now=now)
    return programme


def switch_programme(*, programme: Programme, is_on: bool, actor: Actor, now: datetime) -> bool:
    """Let the programme ask or stop it; returns whether that was a change."""
    changed = Programme.objects.filter(pk=programme.pk, is_on=not is_on).update(
        is_on=is_on,
        calendar_from=None,  # the slots of the days on which it was off are let go
    )
    programme.is_on = is_on
    if changed:
        record_change(
            organisation_id=programme.organisation_id,
            actor=actor,
            action="programme.switched_on" if is_on else "programme.switched_off",
            object_type="programme",
            object_id=programme.pk,
            now=now,
        )
    return bool(changed)


def details_of(programme: Programme) -> ProgrammeDetails:
    """Return what stands on the programme, as a form shows it."""
    return ProgrammeDetails(
        name=programme.name,
        touchpoint_ids=touchpoint_ids_of(programme),
        delay_minutes=programme.delay_minutes,
        rest_days=programme.rest_days,
        expires_after_days=programme.expires_after_days,
        cadence_months=programme.cadence_months,
        public_name=programme.public_name,
        channel=programme.channel,
    )


def _write(programme: Programme, details: ProgrammeDetails) -> None:
    for name in WRITTEN:
        setattr(programme, name, getattr(details, name))
    # An edit must not undo what was switched, or planned by the calendar, since it was read.
    programme.save(update_fields=None if programme._state.adding else WRITTEN)
    places = ProgrammeTouchpoint.objects.filter(programme=programme)
    places.exclude(touchpoint__in=details.touchpoint_ids).delete()
    ProgrammeTouchpoint.objects.bulk_create(
        [
            ProgrammeTouchpoint(
                organisation_id=programme.organisation_id,
                programme=programme,
                touchpoint_id=touchpoint_id,
            )
            for touchpoint_id in details.touchpoint_ids
        ],
        ignore_conflicts=True,
    )


def _raise_if_name_taken(refused: IntegrityError) -> NoReturn:
    if "programme_name_once" in str(refused) or "survey_name_once" in str(refused):
        raise ProgrammeNameTaken from refused
    raise refused


def _record(
    action: str,
    programme: Programme,
    before: dict[str, object],
    *,
    actor: Actor,
    now: datetime,
    told: Mapping[str, object] | None = None,
) -> None:
    record_change(
        organisation_id=programme.organisation_id,
        actor=actor,
        action=action,
        object_type="programme",
        object_id=programme.pk,
        before=before,
        after={**asdict(details_of(programme)), **(told or {})},
        now=now,
    )
