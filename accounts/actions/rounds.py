"""Make the round of all organisations: what fails in one of them holds up no other."""

import logging
from collections.abc import Callable

from django.db import connection

from accounts.queries.lookups import organisation_ids
from kit import tenancy

log = logging.getLogger(__name__)


def in_each_organisation(work: Callable[[int], int]) -> int:
    """Do the work inside each organisation, in a transaction of its own; return the sum.

    What failed is raised when all had their turn, so that whoever watches the worker sees it.
    """

    def inside(organisation_id: int) -> int:
        with tenancy.organisation(organisation_id):
            return work(organisation_id)

    return for_each_organisation(inside)


def for_each_organisation(work: Callable[[int], int]) -> int:
    """Do the same with work that enters the organisation by itself, portion by portion."""
    done, faults = 0, list[Exception]()
    for organisation_id in organisation_ids():
        try:
            done += work(organisation_id)
        except Exception as fault:
            if connection.connection is None:
                raise  # the database is gone, for all of them
            log.exception("the round failed in organisation %s", organisation_id)
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"the round failed in {len(faults)} organisations", faults)
    return done
