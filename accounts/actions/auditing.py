"""Write the audit trail: one row for one change, in the transaction of the change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import AuditEntry, Tenant
from accounts.rules.actors import Actor
from accounts.rules.changes import as_stored, differences


def record_change(
    *,
    organisation_id: int,
    actor: Actor,
    action: str,
    object_type: str,
    object_id: int | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    now: datetime,
) -> AuditEntry | None:
    """Store who changed what; a change that changed nothing leaves no row.

    `action` is the object's noun and a past verb, such as "customer.edited". Dates and sets may
    be given as they are; a field whose name tells of a secret is refused.
    """
    old, new = as_stored(before or {}), as_stored(after or {})
    if old == new and old:
        return None
    old, new = differences(old, new)
    return AuditEntry.objects.create(
        organisation_id=organisation_id,
        at=now,
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
        actor=actor.name,
        ip=actor.ip,
        action=action,
        object_type=object_type,
        object_id=object_id,
        before=old,
        after=new,
    )


def record_act(
    action: str,
    row: Tenant,
    *,
    kept_as: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Store what was done to one row; `kept_as` where the action's noun is not the trail's."""
    record_change(
        organisation_id=row.organisation_id,
        actor=actor,
        action=action,
        object_type=kept_as or action.partition(".")[0],
        object_id=row.pk,
        before=before,
        after=after,
        now=now,
    )
