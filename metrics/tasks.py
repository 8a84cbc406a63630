"""What the worker is woken for: comparing cells with answers, renewing the week's overlaps."""

import logging
import time
from collections.abc import Callable

from celery import shared_task

from accounts.actions.rounds import for_each_organisation, in_each_organisation
from accounts.models import Organisation
from kit import tenancy
from kit.clock import now
from metrics.actions.comparing import compare_cells
from metrics.actions.renewing import renew_overlaps
from metrics.actions.tracking import fulfil_wishes
from metrics.models import TrackingWish
from metrics.queries.tracking import tracked_keys
from surveys.actions.retaining import keep_to_rules
from surveys.queries.retention import retention_rules

log = logging.getLogger(__name__)

LONGEST_RETAINING = 3600  # seconds; what is left waits for the next night


@shared_task(name="metrics.compare")
def compare() -> int:
    """Report every organisation whose cells are not as its answers say; return how many."""
    return in_each_organisation(_compare)


def _compare(organisation_id: int) -> int:
    differences = compare_cells(organisation_id=organisation_id)
    if differences.found:
        log.error("cells of organisation %s differ: %s", organisation_id, differences)
    return int(differences.found)


@shared_task(name="metrics.renew")
def renew() -> int:
    """Renew the overlaps of every organisation whose week has begun; return how many."""
    return in_each_organisation(_renew)


def _renew(organisation_id: int) -> int:
    zone = Organisation.objects.values_list("time_zone", flat=True).get(pk=organisation_id)
    return renew_overlaps(organisation_id=organisation_id, time_zone=zone, now=now())


@shared_task(name="metrics.retain")
def retain() -> int:
    """Forget what each organisation's rules say, for an hour at most; return how much."""
    until = time.monotonic() + LONGEST_RETAINING
    return for_each_organisation(lambda each: _retain(each, lambda: time.monotonic() < until))


def _retain(organisation_id: int, may_go_on: Callable[[], bool]) -> int:
    with tenancy.organisation(organisation_id):
        rules, tracked = retention_rules(organisation_id), tracked_keys()
    done = keep_to_rules(
        organisation_id=organisation_id,
        rules=rules,
        tracked=tracked,
        now=now(),
        may_go_on=may_go_on,
    )
    return done.words + done.contexts + done.people


@shared_task(name="metrics.track")
def track() -> int:
    """Fulfil the wishes about tracked properties; return how many were."""
    with tenancy.system("tracking"):
        wishes = TrackingWish.objects.order_by("organisation_id")
        waiting = list(wishes.values_list("organisation_id", flat=True).distinct())
    fulfilled = 0
    for organisation_id in waiting:
        with tenancy.organisation(organisation_id):
            fulfilled += fulfil_wishes(organisation_id=organisation_id, now=now())
    return fulfilled
