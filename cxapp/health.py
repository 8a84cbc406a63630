"""`/healthz`: database, broker, and how long the oldest due mail has waited."""

from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kit import clock, tenancy
from surveys.models import Message

LONGEST_WAIT = timedelta(seconds=300)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when mails leave in time, 503 with the failing part otherwise."""
    database, wait = _database(clock.now())
    broker = _broker()
    parts = {
        "database": database,
        "broker": broker,
        "oldest_due_seconds": None if wait is None else round(wait.total_seconds()),
    }
    fine = database == broker == "ok" and (wait is None or wait <= LONGEST_WAIT)
    return JsonResponse(
        {"status": "ok" if fine else "failing", **parts}, status=200 if fine else 503
    )


def _database(now: datetime) -> tuple[str, timedelta | None]:
    try:
        with tenancy.system("handover"):
            oldest = (
                Message.objects.filter(state=Message.State.QUEUED, due_at__lte=now)
                .order_by("due_at", "id")
                .values_list("due_at", flat=True)
                .first()
            )
    except DatabaseError:
        connection.close()
        return "unreachable", None
    return "ok", now - oldest if oldest else None


def _broker() -> str:
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=2
    )
    try:
        return "ok" if client.ping() else "unreachable"
    except redis.RedisError:
        return "unreachable"
    finally:
        client.close()
