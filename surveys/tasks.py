"""What the worker is woken for: the calendar, waves, and handing over the mails to customers."""

from celery import shared_task

from accounts.actions.handover import drain
from accounts.queries.lookups import organisation_ids
from kit import clock, tenancy
from surveys.actions.deciding_waves import decide_waiting
from surveys.actions.delivering import Messages
from surveys.actions.waves import plan_due


@shared_task(name="surveys.deliver")
def deliver() -> int:
    """Hand over what is due, for a few seconds at most; return how many were taken up."""
    return drain(outbox=Messages(), clock=clock.now)


@shared_task(name="surveys.plan")
def plan() -> int:
    """Find those whose slot has come, by every organisation's own day; return how many."""
    planned = 0
    for organisation_id in organisation_ids():
        with tenancy.organisation(organisation_id):
            waves = plan_due(organisation_id=organisation_id, now=clock.now())
        planned += sum(wave.customers for wave in waves)
    return planned


@shared_task(name="surveys.decide")
def decide() -> int:
    """Decide of those in waves, for a few seconds at most; return of how many."""
    return decide_waiting(clock=clock.now)
