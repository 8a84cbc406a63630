"""Change some columns of a row: refuse any other, store them, and say who changed which."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor


def edit_fields(
    *,
    row: Model,
    organisation_id: int,
    changes: Mapping[str, Any],
    allowed: Collection[str],
    action: str,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """Store the given columns, all of them among those allowed; return what they were before."""
    unknown = sorted(changes.keys() - set(allowed))
    if unknown:
        raise ValueError(f"{action} changes no {', '.join(unknown)}")
    before = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    record_change(
        organisation_id=organisation_id,
        actor=actor,
        action=action,
        object_type=str(row._meta.model_name),
        object_id=row.pk,
        before=before,
        after=dict(changes),
        now=now,
    )
    return before
