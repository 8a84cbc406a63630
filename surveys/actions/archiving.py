"""Put touchpoints aside that are not met any more, and take them back."""

from datetime import datetime

from django.db import transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from surveys.models import Programme, Touchpoint


class TouchpointInUse(Exception):
    """A programme that is on asks there; the argument is its name."""


def archive_touchpoint(
    *, touchpoint: Touchpoint, is_archived: bool, actor: Actor, now: datetime
) -> bool:
    """Take no more interactions there, or take them again; False if it stood so already.

    What was measured there stays in every figure. Raises TouchpointInUse.
    """
    with transaction.atomic():
        held = Touchpoint.objects.select_for_update(no_key=True).get(pk=touchpoint.pk)
        if (held.archived_at is not None) is is_archived:
            return False
        if is_archived:
            _check_unused(held)
        held.archived_at = now if is_archived else None
        held.save(update_fields=["archived_at"])
        record_change(
            organisation_id=held.organisation_id,
            actor=actor,
            action="touchpoint.archived" if is_archived else "touchpoint.unarchived",
            object_type="touchpoint",
            object_id=held.pk,
            after={"name": held.name},
            now=now,
        )
        touchpoint.archived_at = held.archived_at
    return True


def _check_unused(touchpoint: Touchpoint) -> None:
    asking = Programme.objects.filter(touchpoints=touchpoint, is_on=True, archived_at__isnull=True)
    if found := asking.order_by("name").first():
        raise TouchpointInUse(found.name)
