"""Pauses of sending: those that hold or will, and those that are over."""

from datetime import datetime

from django.db.models import Q

from surveys.models import SendingPause
from surveys.rules.pauses import Pause


def pauses_until(now: datetime) -> tuple[Pause, ...]:
    """Return the pauses that are not over, also those that have not begun."""
    rows = SendingPause.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    return tuple(pause_of(row) for row in rows.order_by("begins_at", "id"))


def pause_of(row: SendingPause) -> Pause:
    return Pause(row.reason, row.begins_at, row.ends_at, row.key, tuple(row.values))
