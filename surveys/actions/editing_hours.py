"""Change when a programme writes: its hours, its reminder, and how it meets new customers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from surveys.models import Programme

FIELDS = (
    "reminder_days", "newcomer_days", "sending_days", "sending_opens", "sending_closes",
    "sends_on_holidays",
)  # fmt: skip


def update_hours(
    *, programme: Programme, changes: Mapping[str, Any], actor: Actor, now: datetime
) -> dict[str, Any]:
    """Store the given fields, all of them among FIELDS; return what they were before."""
    unknown = sorted(changes.keys() - set(FIELDS))
    if unknown:
        raise ValueError(f"not about when: {', '.join(unknown)}")
    before = {name: getattr(programme, name) for name in changes}
    for name, value in changes.items():
        setattr(programme, name, value)
    programme.save(update_fields=list(changes))
    record_change(
        organisation_id=programme.organisation_id,
        actor=actor,
        action="programme.hours_edited",
        object_type="programme",
        object_id=programme.pk,
        before=before,
        after=dict(changes),
        now=now,
    )
    return before
