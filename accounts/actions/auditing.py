"""Write the audit trail: one row for one change, in the transaction of the change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import AuditEntry
from accounts.rules.actors import Actor


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

    `action` is the object's noun and a past verb, such as "customer.edited".
    """
    old, new = dict(before or {}), dict(after or {})
    if old == new and old:
        return None
    same = {key for key in old.keys() & new.keys() if old[key] == new[key]}
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
        before={key: value for key, value in old.items() if key not in same},
        after={key: value for key, value in new.items() if key not in same},
    )
