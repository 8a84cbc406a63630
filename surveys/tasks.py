"""What the worker is woken for: the calendar, waves, mails, texts, and what became of them."""

from celery import shared_task

from accounts.actions.handover import drain
from accounts.actions.rounds import for_each_organisation, in_each_organisation
from accounts.models import Organisation
from kit import clock, tenancy
from surveys.actions.bringing import work_on_imports
from surveys.actions.deciding_waves import decide_waiting
from surveys.actions.delivering import Messages
from surveys.actions.pruning import prune_refusals_and_attempts
from surveys.actions.reporting import prune_reports
from surveys.actions.resending import resend_by_rule
from surveys.actions.shuffling import shuffle_answers
from surveys.actions.texting import drain_texts
from surveys.actions.uploading import empty_old_imports
from surveys.actions.waves import plan_due


@shared_task(name="surveys.deliver")
def deliver() -> int:
    """Hand over what is due, for a few seconds at most; return how many were taken up."""
    return drain(outbox=Messages(), clock=clock.now)


@shared_task(name="surveys.plan")
def plan() -> int:
    """Find those whose slot has come, by every organisation's own day; return how many."""
    return in_each_organisation(_plan)


@shared_task(name="surveys.decide")
def decide() -> int:
    """Decide of those in waves, for a few seconds at most; return of how many."""
    return decide_waiting(clock=clock.now)


@shared_task(name="surveys.bring")
def bring() -> int:
    """Go on with imports, for a few seconds at most; return with how many rows."""
    return work_on_imports(clock=clock.now)


@shared_task(name="surveys.resend")
def resend() -> int:
    """Send uncertain mails again where an organisation decided so; return how many."""
    return in_each_organisation(_resend)


@shared_task(name="surveys.prune")
def prune() -> int:
    """Delete what is kept no longer: reports, refusals, attempts, rows of old imports."""
    return for_each_organisation(_prune)


@shared_task(name="surveys.shuffle")
def shuffle() -> int:
    """Write anonymous answers anew, so that nothing of them tells of anybody; return how many."""
    return in_each_organisation(_shuffle)


def _plan(organisation_id: int) -> int:
    waves = plan_due(organisation_id=organisation_id, now=clock.now())
    return sum(wave.customers for wave in waves)


def _shuffle(organisation_id: int) -> int:
    zone = Organisation.objects.values_list("time_zone", flat=True).get(pk=organisation_id)
    return shuffle_answers(organisation_id=organisation_id, time_zone=zone, now=clock.now())


def _resend(organisation_id: int) -> int:
    return resend_by_rule(organisation_id=organisation_id, now=clock.now())


def _prune(organisation_id: int) -> int:
    now = clock.now()
    with tenancy.organisation(organisation_id):
        empty_old_imports(now=now)
        reports = prune_reports(now=now)
    return reports + prune_refusals_and_attempts(organisation_id=organisation_id, now=now)


@shared_task(name="surveys.deliver_texts")
def deliver_texts() -> int:
    """Hand over the texts that are due; nothing where the installation sends none."""
    return drain_texts(clock=clock.now)
