"""What came due while the demo was not running: it expires instead of leaving all at once."""

from datetime import datetime, timedelta

from accounts.models.outgoing import State
from accounts.queries.lookups import organisation_of_slug
from cxapp.demo import SLUG
from cxapp.demo.story.calendar import ZONE
from kit import tenancy
from kit.periods import local_day
from surveys.models import Message, Programme

# What waited for less leaves as if nothing had been: somebody stopped and started again.
PATIENCE = timedelta(days=1)


def let_overdue_go(now: datetime) -> int:
    """Ask nobody for days that went by, send nothing that waited for more than a day.

    A worker expires the mails by the product's own rule; returns how many they are.
    """
    organisation_id = organisation_of_slug(SLUG)
    if organisation_id is None:
        return 0
    today = local_day(now, ZONE.key)
    with tenancy.organisation(organisation_id):
        Programme.objects.filter(calendar_from__lt=today).update(calendar_from=today)
        waiting = Message.objects.filter(state=State.QUEUED, expires_at__gt=now)
        return waiting.filter(due_at__lt=now - PATIENCE).update(expires_at=now)
