"""What the product did, counted from its own rows each time somebody asks for the metrics.

Nothing is counted where answers are stored: the rows say it, by their numbers, each read once.
A row is counted when it is a minute old; one whose transaction took longer than that is missed.
The figures are those of the whole installation, and none of them names an organisation.
"""

from collections import Counter
from datetime import datetime, timedelta

from django.db import connection, transaction

from cxapp.watch.backlog import hurry
from cxapp.watch.counts import BREAK, HASH, valkey

MARKS = "cx:metrics:marks"
ONE_AT_A_TIME = "cx:metrics:tally"
SETTLED = timedelta(seconds=60)
TABLES = {
    "decision": "decisions",
    "doubt": "revisions",
    "answer": "revisions",
    "attempt": "attempts",
}


def tally(*, now: datetime) -> None:
    """Add what happened since the last time; raises DatabaseError and RedisError."""
    with valkey() as client:
        if not client.set(ONE_AT_A_TIME, "1", nx=True, ex=10):
            return
        try:
            marks = {name.decode(): int(at) for name, at in client.hgetall(MARKS).items()}
            found, marks = _since(marks, now - SETTLED) if marks else (Counter(), _begin())
            with client.pipeline(transaction=True) as pipe:
                for name, happened in found.items():
                    pipe.hincrby(HASH, name, happened)
                pipe.hset(MARKS, mapping=dict(marks))
                pipe.execute()
        finally:
            client.delete(ONE_AT_A_TIME)


def _begin() -> dict[str, int]:
    """Counts begin with the present: what was before them nobody has asked for."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT events_last(), * FROM surveys_last()")
        names = ("events", "decisions", "revisions", "attempts")
        return dict(zip(names, cursor.fetchone(), strict=True))


def _since(marks: dict[str, int], before: datetime) -> tuple[Counter[str], dict[str, int]]:
    found: Counter[str] = Counter()
    reached = dict(marks)
    with transaction.atomic(), connection.cursor() as cursor:
        hurry()
        cursor.execute(
            "SELECT 'event', * FROM events_since(%(events)s, %(before)s)"
            " UNION ALL SELECT * FROM"
            " surveys_since(%(decisions)s, %(revisions)s, %(attempts)s, %(before)s)",
            {**marks, "before": before},
        )
        for what, name, happened, last in cursor.fetchall():
            found[BREAK.join((what, name))] += happened
            table = TABLES.get(what, "events")
            reached[table] = max(reached[table], last)
    return found, reached
