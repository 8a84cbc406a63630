"""What the worker is woken for: comparing the cells with the answers once a night."""

import logging

from celery import shared_task

from accounts.queries.lookups import organisation_ids
from kit import tenancy
from metrics.actions.comparing import compare_cells

log = logging.getLogger(__name__)


@shared_task(name="metrics.compare")
def compare() -> int:
    """Report every organisation whose cells are not as its answers say; return how many."""
    differing = 0
    for organisation_id in organisation_ids():
        with tenancy.organisation(organisation_id):
            differences = compare_cells(organisation_id=organisation_id)
        if differences.found:
            differing += 1
            log.error("cells of organisation %s differ: %s", organisation_id, differences)
    return differing
