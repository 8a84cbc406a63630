"""Count tries to sign in before they are made, and take back those that succeeded."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import SignInFailures
from accounts.rules.limits import Limit, is_full, recent

KEPT = timedelta(days=1)

Subjects = Mapping[Limit, str]
"""Whom each limit is about, such as {PASSWORD_OF_ADDRESS: "maya@acme.example"}."""


def begin_try(*, subjects: Subjects, now: datetime) -> bool:
    """Count one try for every subject and tell whether it may be made.

    Counted before the password is looked at, so that a hundred guesses at once are not a hundred
    guesses that each found the count too low; and in a transaction of its own, so that the count
    stays when the request is rolled back.
    """
    keys = {_key(limit, subject): limit for limit, subject in subjects.items()}
    with transaction.atomic(durable=True):
        rows = _locked(list(keys), now)
        if any(is_full(row.tries, keys[row.key], now) for row in rows):
            return False
        for row in rows:
            row.tries = [*recent(row.tries, keys[row.key], now), now]
            row.last_at = now
        SignInFailures.objects.bulk_update(rows, ["tries", "last_at"])
    return True


def take_back(*, subjects: Subjects, at: datetime) -> None:
    """Forget the try that was begun at this moment: it succeeded.

    Only this one: forgetting all would let an attacker in between her guesses sign in as herself.
    """
    with transaction.atomic(durable=True):
        rows = _locked([_key(limit, subject) for limit, subject in subjects.items()], at)
        for row in rows:
            if at in row.tries:
                row.tries.remove(at)
        SignInFailures.objects.bulk_update(rows, ["tries"])


def forget_tries(*, limit: Limit, subject: str) -> None:
    """Let somebody in again who proved in another way who she is."""
    SignInFailures.objects.filter(key=_key(limit, subject)).delete()


def forget_old_tries(*, now: datetime) -> int:
    """Delete rows that no limit looks at any more; return how many."""
    count, _ = SignInFailures.objects.filter(last_at__lt=now - KEPT).delete()
    return count


def _key(limit: Limit, subject: str) -> str:
    # Keyed, so that the table tells nobody who has dumped it which addresses were tried.
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, f"{limit.name}:{subject}".encode(), hashlib.sha256).hexdigest()


def _locked(keys: list[str], now: datetime) -> list[SignInFailures]:
    fresh = [SignInFailures(key=key, last_at=now) for key in keys]
    SignInFailures.objects.bulk_create(fresh, ignore_conflicts=True)
    return list(SignInFailures.objects.filter(key__in=keys).select_for_update().order_by("key"))
