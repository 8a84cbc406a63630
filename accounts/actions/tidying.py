"""Delete what time has made meaningless: ended sessions, old failures, answers, events."""

from datetime import datetime

from django.contrib.sessions.models import Session

from accounts.actions.idempotency import prune_answers
from accounts.actions.limiting import forget_old_tries
from accounts.actions.rounds import in_each_organisation
from events.pruning import prune_journal


def forget_what_is_over(*, now: datetime) -> int:
    """Delete rows that nobody can use any more; return how many."""
    ended, _ = Session.objects.filter(expire_date__lte=now).delete()
    return (
        ended
        + forget_old_tries(now=now)
        + in_each_organisation(lambda _: prune_answers(now=now) + prune_journal(now=now))
    )
