"""Change when a programme writes: its hours, its reminder, and how it meets new customers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.actions.editing_fields import edit_fields
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
    return edit_fields(
        row=programme,
        organisation_id=programme.organisation_id,
        changes=changes,
        allowed=FIELDS,
        action="programme.hours_edited",
        actor=actor,
        now=now,
    )
