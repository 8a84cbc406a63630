"""What waits: the oldest due mail, the oldest answer that is not counted, the oldest event."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from kit import tenancy
from surveys.models import Message

COUNTING = "count answers"  # the reaction of `cxapp.flow` that folds an answer into the figures
LONGEST_ASKED = 1000  # milliseconds the server works on any of these


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """How long the oldest of each kind has waited; None where nothing waits."""

    mail: timedelta | None
    answer: timedelta | None
    event: timedelta | None


def backlog(*, now: datetime) -> Backlog:
    """Read it, whatever the organisation; raises DatabaseError when it takes too long."""
    with tenancy.system("handover"):
        hurry()
        due = Message.objects.filter(state=Message.State.QUEUED, due_at__lte=now)
        mail = due.order_by("due_at", "id").values_list("due_at", flat=True).first()
        with connection.cursor() as cursor:
            cursor.execute("SELECT events_oldest_owed(%s), events_oldest_owed('')", [COUNTING])
            answer, event = cursor.fetchone()
    return Backlog(mail=_since(mail, now), answer=_since(answer, now), event=_since(event, now))


def hurry() -> None:
    """Have the server give up, in this transaction, whatever takes it too long."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(LONGEST_ASKED)])


def _since(moment: datetime | None, now: datetime) -> timedelta | None:
    return None if moment is None else max(now - moment, timedelta())
