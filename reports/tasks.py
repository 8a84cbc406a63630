"""What the worker is woken for: files to take away, and forgetting them."""

from celery import shared_task

from accounts.actions.rounds import in_each_organisation
from kit import clock
from reports.actions.forgetting import prune_exports
from reports.actions.making import make_next_file


@shared_task(name="reports.make")
def make() -> int:
    """Make the file that waits longest; return of how many rows."""
    return make_next_file(clock=clock.now)


@shared_task(name="reports.prune")
def prune() -> int:
    """Delete files whose time is over; return how many."""
    return in_each_organisation(_prune)


def _prune(_organisation_id: int) -> int:
    return prune_exports(now=clock.now())
