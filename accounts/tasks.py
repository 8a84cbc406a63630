"""What the worker is woken for: letters to staff, sender checks, tidying up."""

from celery import shared_task

from accounts.actions.checking_senders import make_checks
from accounts.actions.handover import Letters, drain
from accounts.actions.tidying import forget_what_is_over
from kit import clock


@shared_task(name="accounts.deliver")
def deliver() -> int:
    """Hand over what is due, for a few seconds at most; return how many were taken up."""
    return drain(outbox=Letters(), clock=clock.now)


@shared_task(name="accounts.check")
def check() -> int:
    """Make the sender checks that were asked for; return how many."""
    return make_checks(now=clock.now())


@shared_task(name="accounts.tidy")
def tidy() -> int:
    """Delete what has lost its meaning by now; return how many rows that were."""
    return forget_what_is_over(now=clock.now())
