"""`/healthz` and its two smaller sisters: is this process alive, is it ready, does all move.

They are apart because they are asked by different hands. Whoever restarts what is not alive must
not restart web servers because Valkey is down; whoever sends visitors somewhere must not send
them where there is no database; and whoever wakes people at night wants to know of both, and of
mails that do not leave.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta

import redis
from django.conf import settings
from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxapp.watch import admission
from cxapp.watch.backlog import Backlog, backlog
from cxapp.watch.parts import Part, answers_of
from kit import clock

LONGEST_WAIT = timedelta(seconds=300)
PATIENCE = 1.5  # seconds, whatever hangs
OK, AWAY, SILENT, LATE, UNKNOWN = "ok", "unreachable", "no answer", "late", "unknown"


@dataclass(frozen=True)
class Found:
    """What one part says of itself, and what waits in it."""

    state: str
    waiting: Backlog | None = None


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as this process answers at all; ask nobody else."""
    return JsonResponse({"status": OK})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when pages can be served: the database answers. Valkey is not needed for that."""
    (database,) = answers_of([DATABASE], seconds=PATIENCE)
    return _told({"database": database.state})


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when everything moves, 503 with the part that does not.

    Anybody is told the states; how long things wait, only who may read the metrics.
    """
    database, broker = answers_of([DATABASE, BROKER], seconds=PATIENCE)
    states = {"database": database.state, "broker": broker.state, **_moving(database.waiting)}
    return _told(states, _seconds(database.waiting) if admission.may_read(request) else {})


def _told(
    states: Mapping[str, str], numbers: Mapping[str, int | None] | None = None
) -> JsonResponse:
    fine = set(states.values()) == {OK}
    body = {"status": OK if fine else "failing", **states, **(numbers or {})}
    return JsonResponse(body, status=200 if fine else 503)


def _moving(waiting: Backlog | None) -> dict[str, str]:
    if waiting is None:
        return {"mails": UNKNOWN, "answers": UNKNOWN, "events": UNKNOWN}
    waits = {"mails": waiting.mail, "answers": waiting.answer, "events": waiting.event}
    return {name: LATE if wait and wait > LONGEST_WAIT else OK for name, wait in waits.items()}


def _seconds(waiting: Backlog | None) -> dict[str, int | None]:
    if waiting is None:
        return {}
    return {
        f"oldest_{name}_seconds": None if wait is None else round(wait.total_seconds())
        for name, wait in asdict(waiting).items()
    }


def _database() -> Found:
    try:
        return Found(OK, backlog(now=clock.now()))
    except Error:
        return Found(AWAY)


def _broker() -> Found:
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1
    )
    try:
        return Found(OK if client.ping() else AWAY)
    except redis.TimeoutError:
        return Found(SILENT)
    except redis.RedisError:
        return Found(AWAY)
    finally:
        client.close()


DATABASE = Part(_database, Found(SILENT))
BROKER = Part(_broker, Found(SILENT))
