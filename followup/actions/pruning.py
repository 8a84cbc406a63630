"""Forget deliveries by their age: the log of webhooks holds what was said of people."""

from datetime import datetime, timedelta

from followup.actions.holding import hold_deliveries
from followup.models import WebhookDelivery

KEPT = timedelta(days=30)


def prune_deliveries(*, now: datetime) -> int:
    """Delete what was queued longer ago, whatever became of it; return how many rows went."""
    ids = hold_deliveries(WebhookDelivery.objects.filter(created_at__lt=now - KEPT))
    WebhookDelivery.objects.filter(pk__in=ids).delete()
    return len(ids)
