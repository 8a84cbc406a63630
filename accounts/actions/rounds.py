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
    done, faults = 0, list[Exception]()
    for organisation_id in organisation_ids():
        try:
            with tenancy.organisation(organisation_id):
                done += work(organisation_id)
        except Exception as fault:
            if connection.connection is None:
                raise  # the database is gone, for all of them
            log.exception("the round failed in organisation %s", organisation_id)
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"the round failed in {len(faults)} organisations", faults)
    return done
