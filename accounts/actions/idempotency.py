"""Answer a repeated call from the record of the first one, so that a retry changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
EMPTIED = '{"erased":true}'


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call as its sender named it: whose, where to, under which key, saying what."""

    organisation_id: int
    api_key_id: int
    method: str
    path: str
    key: str
    body_sha256: str


@dataclass(frozen=True)
class KeptAnswer:
    status: int
    body: str


class StillRunning(Exception):
    """The first call with this key has not finished."""


class OtherBody(Exception):
    """The key was used with another body."""


def begin_call(*, call: Call, now: datetime) -> KeptAnswer | None:
    """Return the answer of an equal earlier call, or claim the key and return None.

    Claim and effect share the caller's transaction: if the effect fails, the key is free again.
    """
    _be_the_only_one(call)
    row = _rows(call).first()
    if row is not None and row.created_at <= now - KEPT_FOR:
        row.delete()
        row = None
    if row is None:
        _claim(call, now)
        return None
    if row.body_sha256 != call.body_sha256:
        raise OtherBody(call.key)
    return KeptAnswer(row.status or 0, row.body)


def finish_call(*, call: Call, status: int, body: str) -> None:
    """Keep the answer for the call's repetitions."""
    _rows(call).update(status=status, body=body)


def empty_answers(*, holding: Sequence[str], named: Sequence[str]) -> int:
    """Empty the kept answers that hold one of these texts; return how many.

    A key stays taken, so that a retry does not bring back what was forgotten; unless the key
    itself is made of one of the names: then it goes.
    """
    gone, _ = IdempotencyKey.objects.filter(_any("key", named)).delete()
    held = IdempotencyKey.objects.filter(_any("body", holding))
    return gone + held.update(status=200, body=EMPTIED)


def _any(column: str, texts: Sequence[str]) -> Q:
    found = Q(pk__in=[])
    for text in texts:
        found |= Q(**{f"{column}__icontains": text})
    return found


def prune_answers(*, now: datetime) -> int:
    """Forget what was kept long enough, inside one organisation; return how many rows went."""
    deleted, _ = IdempotencyKey.objects.filter(created_at__lte=now - KEPT_FOR).delete()
    return deleted


def _be_the_only_one(call: Call) -> None:
    # The unique index would make a second call wait for the first; the lock answers at once.
    name = f"{call.organisation_id} {call.api_key_id} {call.method} {call.path} {call.key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        (got,) = cursor.fetchone()
    if not got:
        raise StillRunning(call.key)


def _rows(call: Call) -> QuerySet[IdempotencyKey]:
    return IdempotencyKey.objects.filter(
        organisation_id=call.organisation_id,
        api_key_id=call.api_key_id,
        method=call.method,
        path=call.path,
        key=call.key,
    )


def _claim(call: Call, now: datetime) -> None:
    IdempotencyKey.objects.create(
        organisation_id=call.organisation_id,
        api_key_id=call.api_key_id,
        method=call.method,
        path=call.path,
        key=call.key,
        body_sha256=call.body_sha256,
        created_at=now,
    )
