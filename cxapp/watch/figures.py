"""What is read of the database for one asking of the metrics: what waits, and how it is used."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from django.db import connection

from cxapp.watch.backlog import backlog, hurry
from cxapp.watch.exposition import Family, Sample
from kit import tenancy

MESSAGES = """
    SELECT channel, CASE WHEN state <> 'queued' THEN state
        WHEN due_at <= %s THEN 'due' ELSE 'waiting' END, count(*)
    FROM surveys_message WHERE state IN ('queued', 'claimed', 'handing_over', 'uncertain')
    GROUP BY 1, 2 ORDER BY 1, 2
"""
LETTERS = """
    SELECT state, count(*) FROM accounts_letter
    WHERE state IN ('queued', 'claimed', 'handing_over') GROUP BY 1 ORDER BY 1
"""
WEBHOOKS = """
    SELECT CASE WHEN due_at <= %s THEN 'due' ELSE 'waiting' END, count(*)
    FROM followup_webhookdelivery WHERE state = 'waiting' GROUP BY 1 ORDER BY 1
"""
CONNECTIONS = """
    SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
    GROUP BY 1 ORDER BY 1
"""


def figures(*, now: datetime) -> list[Family]:
    """Read everything; raises DatabaseError."""
    return list(_families(now))


def _families(now: datetime) -> Iterator[Family]:
    waiting = asdict(backlog(now=now))
    yield Family(
        "cxapp_oldest_seconds",
        "gauge",
        "How long the oldest due mail, uncounted answer and undelivered event have waited.",
        [
            Sample({"what": name}, 0 if wait is None else wait.total_seconds())
            for name, wait in waiting.items()
        ],
    )
    with tenancy.system("webhooks"), connection.cursor() as cursor:
        hurry()
        cursor.execute(WEBHOOKS, [now])
        yield _counted(
            "cxapp_webhook_deliveries",
            "Messages to webhooks and chats that have not arrived.",
            "state",
            rows=cursor.fetchall(),
        )
    with tenancy.system("handover"), connection.cursor() as cursor:
        hurry()
        cursor.execute(MESSAGES, [now])
        yield _counted(
            "cxapp_messages",
            "Mails and texts that have not ended.",
            "channel",
            "state",
            rows=cursor.fetchall(),
        )
        cursor.execute(LETTERS)
        yield _counted(
            "cxapp_letters",
            "Letters to staff that have not ended.",
            "state",
            rows=cursor.fetchall(),
        )
        cursor.execute("SELECT reaction, owed FROM events_owed()")
        yield _counted(
            "cxapp_reactions_owed",
            "Events that a reaction is still owed.",
            "reaction",
            rows=cursor.fetchall(),
        )
        cursor.execute("SELECT reaction, failing FROM events_owed()")
        yield _counted(
            "cxapp_reactions_failing",
            "Of these, those that failed and are tried again.",
            "reaction",
            rows=cursor.fetchall(),
        )
        cursor.execute(CONNECTIONS)
        yield _counted(
            "cxapp_database_connections",
            "Connections to the database, everybody's.",
            "state",
            rows=cursor.fetchall(),
        )
        cursor.execute("SELECT current_setting('max_connections')::int")
        yield _counted(
            "cxapp_database_connections_allowed",
            "How many the server allows.",
            rows=cursor.fetchall(),
        )


def _counted(name: str, about: str, *labels: str, rows: list[tuple[object, ...]]) -> Family:
    samples = [
        Sample(dict(zip(labels, map(str, values), strict=True)), float(str(number)))
        for *values, number in rows
    ]
    return Family(name, "gauge", about, samples)
