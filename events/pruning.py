"""Forget the journal by its age: what every reaction has long heard of."""

from datetime import datetime, timedelta

from django.db import connection

KEPT = timedelta(days=400)  # a year back, and what is compared with it
PORTION = 5000
# The oldest have the smallest numbers, so that a portion reads no more than it takes. An event that
# still owes a reaction stays, however old.
PRUNE = """
    DELETE FROM events_event WHERE id IN (
        SELECT id FROM events_event e
        WHERE at < %(before)s
            AND NOT EXISTS (SELECT FROM events_delivery d WHERE d.event_id = e.id)
        ORDER BY id LIMIT %(portion)s
    )
"""


def prune_journal(*, now: datetime) -> int:
    """Delete old events of the organisation that was entered, a portion; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(PRUNE, {"before": now - KEPT, "portion": PORTION})
        return int(cursor.rowcount)
