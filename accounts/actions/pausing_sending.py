"""Stop everything that an organisation sends to customers, and let it go on."""

from datetime import datetime

from accounts.actions.auditing import record_change
from accounts.models import Organisation
from accounts.rules.actors import Actor


def pause_sending(
    *, organisation: Organisation, is_paused: bool, actor: Actor, now: datetime
) -> bool:
    """Pause or resume; returns whether that was a change. What is queued waits meanwhile."""
    rows = Organisation.objects.filter(pk=organisation.pk, sending_paused_at__isnull=is_paused)
    organisation.sending_paused_at = now if is_paused else None
    changed = rows.update(sending_paused_at=organisation.sending_paused_at)
    if changed:
        record_change(
            organisation_id=organisation.pk,
            actor=actor,
            action="sending.paused" if is_paused else "sending.resumed",
            object_type="organisation",
            object_id=organisation.pk,
            now=now,
        )
    return bool(changed)
