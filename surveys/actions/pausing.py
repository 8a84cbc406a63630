"""Begin and end pauses for incidents: nobody new is asked, and what was to leave waits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from surveys.models import SendingPause


@dataclass(frozen=True, kw_only=True)
class PauseFields:
    """What somebody says of an incident; without a key it is about everybody."""

    reason: str
    key: str
    values: tuple[str, ...]
    begins_at: datetime
    ends_at: datetime | None


def begin_pause(
    *, organisation_id: int, fields: PauseFields, actor: Actor, now: datetime
) -> SendingPause:
    """Store the pause; it holds from its beginning, which may lie ahead."""
    pause = SendingPause.objects.create(
        organisation_id=organisation_id,
        reason=fields.reason,
        key=fields.key,
        values=list(fields.values),
        begins_at=fields.begins_at,
        ends_at=fields.ends_at,
        created_at=now,
    )
    _record("pause.begun", pause, actor, now)
    return pause


def end_pause(*, pause: SendingPause, actor: Actor, now: datetime) -> bool:
    """End it now; one that had not begun never will. Returns whether that was a change."""
    held = SendingPause.objects.select_for_update().get(pk=pause.pk)
    if held.ends_at is not None and held.ends_at <= now:
        return False
    held.begins_at = min(held.begins_at, now)
    held.ends_at = now
    held.save(update_fields=["begins_at", "ends_at"])
    _record("pause.ended", held, actor, now)
    return True


def _record(action: str, pause: SendingPause, actor: Actor, now: datetime) -> None:
    record_change(
        organisation_id=pause.organisation_id,
        actor=actor,
        action=action,
        object_type="pause",
        object_id=pause.pk,
        after=_told(pause),
        now=now,
    )


def _told(pause: SendingPause) -> dict[str, Any]:
    return {
        "reason": pause.reason,
        "key": pause.key,
        "values": pause.values,
        "begins_at": pause.begins_at.isoformat(),
        "ends_at": pause.ends_at.isoformat() if pause.ends_at else None,
    }
