"""Name the places where customers meet the organisation, and say what they are."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from events.kinds import Kind
from events.publishing import publish
from surveys.models import Journey, Stage, Touchpoint


class TouchpointNameTaken(Exception):
    """Another touchpoint of the organisation already has this name."""


@dataclass(frozen=True, kw_only=True)
class TouchpointDetails:
    """What a form says about a touchpoint."""

    name: str
    kind: str
    stage_id: int | None
    new_stage: str
    deed: str
    topic: str
    owner_team: str
    target: int | None


def create_touchpoint(
    *, organisation_id: int, details: TouchpointDetails, actor: Actor, now: datetime
) -> Touchpoint:
    """Store a new touchpoint, with a new stage where one was named; raises TouchpointNameTaken."""
    touchpoint = Touchpoint(
        organisation_id=organisation_id,
        slug=_free_slug(details.name),
        created_at=now,
    )
    _write(touchpoint, details, now=now)
    _record("touchpoint.created", touchpoint, {}, actor=actor, now=now)
    return touchpoint


def update_touchpoint(
    *, touchpoint: Touchpoint, details: TouchpointDetails, actor: Actor, now: datetime
) -> Touchpoint:
    """Replace what is written on the touchpoint; its slug stays, programs know it by that."""
    before = asdict(details_of(touchpoint))
    _write(touchpoint, details, now=now)
    _record("touchpoint.edited", touchpoint, before, actor=actor, now=now)
    if details.kind != before["kind"]:
        # Whether an answer given there tells of service is read from the touchpoint.
        publish(
            organisation_id=touchpoint.organisation_id,
            kind=Kind.TOUCHPOINT_RECLASSIFIED,
            now=now,
            touchpoint=touchpoint.pk,
        )
    return touchpoint


def details_of(touchpoint: Touchpoint) -> TouchpointDetails:
    """Return what stands on the touchpoint, as a form shows it."""
    return TouchpointDetails(
        name=touchpoint.name,
        kind=touchpoint.kind,
        stage_id=touchpoint.stage_id,
        new_stage="",
        deed=touchpoint.deed,
        topic=touchpoint.topic,
        owner_team=touchpoint.owner_team,
        target=touchpoint.target,
    )


def _write(touchpoint: Touchpoint, details: TouchpointDetails, *, now: datetime) -> None:
    for name in ("name", "kind", "deed", "topic", "owner_team", "target"):
        setattr(touchpoint, name, getattr(details, name))
    try:
        with transaction.atomic():
            touchpoint.stage = _stage(touchpoint.organisation_id, details, now=now)
            touchpoint.save()
    except IntegrityError as refused:
        if "touchpoint_name_once" not in str(refused):
            raise
        raise TouchpointNameTaken from refused


def _stage(organisation_id: int, details: TouchpointDetails, *, now: datetime) -> Stage:
    """Return the chosen stage, or the newly named one at the end of the first journey."""
    if not details.new_stage:
        return Stage.objects.get(pk=details.stage_id or 0)
    journey = Journey.objects.order_by("id").first() or Journey.objects.create(
        organisation_id=organisation_id, name="Customer journey", created_at=now
    )
    last = journey.stages.aggregate(last=Max("position"))["last"]
    stage, _ = Stage.objects.get_or_create(
        organisation_id=organisation_id,
        journey=journey,
        name=details.new_stage,
        defaults={"position": 0 if last is None else last + 1},
    )
    return stage


def _free_slug(name: str) -> str:
    """Return the name as a word for addresses, numbered where it is taken."""
    word = slugify(name)[:50] or "touchpoint"
    taken = set(Touchpoint.objects.filter(slug__startswith=word).values_list("slug", flat=True))
    numbered = (f"{word}-{number}" for number in range(2, len(taken) + 3))
    return word if word not in taken else next(one for one in numbered if one not in taken)


def _record(
    action: str, touchpoint: Touchpoint, before: dict[str, object], *, actor: Actor, now: datetime
) -> None:
    record_change(
        organisation_id=touchpoint.organisation_id,
        actor=actor,
        action=action,
        object_type="touchpoint",
        object_id=touchpoint.pk,
        before=before,
        after=asdict(details_of(touchpoint)),
        now=now,
    )
