"""What the worker is woken for: comparing cells with answers, renewing the week's overlaps."""

import logging

from celery import shared_task

from accounts.actions.rounds import in_each_organisation
from accounts.models import Organisation
from kit import tenancy
from kit.clock import now
from metrics.actions.comparing import compare_cells
from metrics.actions.renewing import renew_overlaps
from metrics.actions.tracking import fulfil_wishes
from metrics.models import TrackingWish

log = logging.getLogger(__name__)


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
