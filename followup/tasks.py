"""What the worker is woken for: webhooks that are due, and forgetting what is old."""

from celery import shared_task

from accounts.actions.rounds import in_each_organisation
from followup.actions.alerting import prune_alerts, tell_due
from followup.actions.delivering import deliver_due
from followup.actions.pruning import prune_deliveries
from kit import clock


@shared_task(name="followup.deliver")
def deliver() -> int:
    """Tell every address what is due, for a few seconds; return how many messages were sent."""
    return deliver_due(clock=clock.now)


@shared_task(name="followup.alert")
def alert() -> int:
    """Tell people and chats of bad answers; return how many were settled."""
    return tell_due(now=clock.now())


@shared_task(name="followup.prune")
def prune() -> int:
    """Delete old deliveries with all that was said; return how many."""
    return in_each_organisation(_prune)


def _prune(_organisation_id: int) -> int:
    now = clock.now()
    return prune_deliveries(now=now) + prune_alerts(now=now)
