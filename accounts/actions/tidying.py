"""Delete what time has made meaningless: ended sessions, old failures, answers kept long enough."""

from datetime import datetime

from django.contrib.sessions.models import Session

from accounts.actions.idempotency import prune_answers
from accounts.actions.limiting import forget_old_tries
from accounts.queries.lookups import organisation_ids
from kit import tenancy


def forget_what_is_over(*, now: datetime) -> int:
    """Delete rows that nobody can use any more; return how many."""
    ended, _ = Session.objects.filter(expire_date__lte=now).delete()
    return ended + forget_old_tries(now=now) + sum(_prune(one, now) for one in organisation_ids())


def _prune(organisation_id: int, now: datetime) -> int:
    with tenancy.organisation(organisation_id):
        return prune_answers(now=now)
