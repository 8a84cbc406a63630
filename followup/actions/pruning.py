"""Forget deliveries by their age: the log of webhooks holds what was said of people."""

from datetime import datetime, timedelta

from followup.models import WebhookDelivery

KEPT = timedelta(days=30)


def prune_deliveries(*, now: datetime) -> int:
    """Delete what was queued longer ago, whatever became of it; return how many rows went."""
    old = WebhookDelivery.objects.filter(created_at__lt=now - KEPT)
    count = old.count()
    old.delete()
    return count
