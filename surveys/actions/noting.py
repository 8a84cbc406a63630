"""What is told of an answer that staff changed: to the audit trail, and to the journal."""

from datetime import datetime
from typing import Any

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from events.kinds import Kind
from events.publishing import Told, publish
from surveys.models import Response


def publish_change(response: Response, kind: Kind, now: datetime, **more: Told) -> None:
    ids = {"response": response.pk, **more}
    publish(organisation_id=response.organisation_id, kind=kind, now=now, **ids)


def note_change(
    action: str,
    response: Response,
    actor: Actor,
    before: dict[str, Any],
    after: dict[str, Any],
    now: datetime,
) -> None:
    record_change(
        organisation_id=response.organisation_id,
        actor=actor,
        action=action,
        object_type="response",
        object_id=response.pk,
        before=before,
        after=after,
        now=now,
    )
