"""Forget by age why somebody was not asked long ago, and how each mail was handed over.

What was asked stays: rests, places of a year and answers lead back to it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from kit import tenancy

KEPT = timedelta(days=400)  # a year back, and what is compared with it
PORTION = 20_000
PRUNE = """
    DELETE FROM {table} WHERE id IN (
        SELECT id FROM {table} WHERE {moment} < %(before)s {further} ORDER BY id LIMIT %(portion)s
    )
"""
# A "no" that still names a day is read on the customer's page until that day has come.
DECISIONS = PRUNE.format(
    table="surveys_decision",
    moment="decided_at",
    further="AND NOT is_asked AND (again_on IS NULL OR again_on < %(before)s::date)",
)
ATTEMPTS = PRUNE.format(table="surveys_messageattempt", moment="ended_at", further="")


def prune_refusals_and_attempts(*, organisation_id: int, now: datetime) -> int:
    """Delete all that is old, a portion a transaction; return how many rows."""
    count, last = 0, PORTION
    while last >= PORTION:
        with tenancy.organisation(organisation_id):
            last = _prune_portion(now)
        count += last
    return count


def _prune_portion(now: datetime) -> int:
    given: dict[str, Any] = {"before": now - KEPT, "portion": PORTION}
    with connection.cursor() as cursor:
        cursor.execute(DECISIONS, given)
        count = int(cursor.rowcount)
        cursor.execute(ATTEMPTS, given)
        return count + int(cursor.rowcount)
