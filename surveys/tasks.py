"""What the worker is woken for: handing over the mails to customers."""

from celery import shared_task

from accounts.actions.handover import drain
from kit import clock
from surveys.actions.delivering import Messages


@shared_task(name="surveys.deliver")
def deliver() -> int:
    """Hand over what is due, for a few seconds at most; return how many were taken up."""
    return drain(outbox=Messages(), clock=clock.now)
