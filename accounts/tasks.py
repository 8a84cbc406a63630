"""What the worker is woken for: handing over the letters to staff."""

from celery import shared_task

from accounts.actions.handover import Letters, drain
from kit import clock


@shared_task(name="accounts.deliver")
def deliver() -> int:
    """Hand over what is due, for a few seconds at most; return how many were taken up."""
    return drain(outbox=Letters(), clock=clock.now)
