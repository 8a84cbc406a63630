"""Delete what time has made meaningless: ended sessions and old failures to sign in."""

from datetime import datetime

from django.contrib.sessions.models import Session

from accounts.actions.limiting import forget_old_tries


def forget_what_is_over(*, now: datetime) -> int:
    """Delete rows that nobody can use any more; return how many."""
    ended, _ = Session.objects.filter(expire_date__lte=now).delete()
    return ended + forget_old_tries(now=now)
