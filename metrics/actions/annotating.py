"""Write on a day what happened then, so that nobody has to guess at a turn of a trend."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from metrics.models import Annotation

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 1, 1)


class NoSuchDay(ValueError):
    """No answer can lie on this day."""


@dataclass(frozen=True, kw_only=True)
class Noted:
    """What a form says about an annotation."""

    on_day: date
    text: str
    touchpoint_id: int | None
    programme_id: int | None


def annotate(*, organisation_id: int, noted: Noted, actor: Actor, now: datetime) -> Annotation:
    """Add an annotation; raises NoSuchDay."""
    row = Annotation(organisation_id=organisation_id, made_at=now, made_by=actor.name)
    return _write("annotation.created", row, noted, {}, actor=actor, now=now)


def edit_annotation(
    *, annotation: Annotation, noted: Noted, actor: Actor, now: datetime
) -> Annotation:
    """Replace what an annotation says; raises NoSuchDay."""
    before = asdict(noted_of(annotation))
    return _write("annotation.edited", annotation, noted, before, actor=actor, now=now)


def remove_annotation(*, annotation: Annotation, actor: Actor, now: datetime) -> None:
    """Take an annotation off every trend; the audit trail keeps what it said."""
    before, row_id = asdict(noted_of(annotation)), annotation.pk
    annotation.delete()
    _tell(
        "annotation.removed", annotation.organisation_id, row_id, before, {}, actor=actor, now=now
    )


def noted_of(annotation: Annotation) -> Noted:
    """Return what an annotation says, as a form shows it."""
    return Noted(
        on_day=annotation.on_day,
        text=annotation.text,
        touchpoint_id=annotation.touchpoint_id,
        programme_id=annotation.programme_id,
    )


def _write(
    action: str,
    row: Annotation,
    noted: Noted,
    before: dict[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> Annotation:
    if not FIRST_DAY <= noted.on_day <= LAST_DAY:
        raise NoSuchDay("No answer can lie on this day.")
    after = asdict(noted)
    for name, value in after.items():
        setattr(row, name, value)
    row.save()
    _tell(action, row.organisation_id, row.pk, before, after, actor=actor, now=now)
    return row


def _tell(
    action: str,
    organisation_id: int,
    row_id: int,
    before: dict[str, object],
    after: dict[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    record_change(
        organisation_id=organisation_id,
        actor=actor,
        action=action,
        object_type="annotation",
        object_id=row_id,
        before=before,
        after=after,
        now=now,
    )
