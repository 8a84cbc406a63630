"""Write an event and the deliveries it owes, in the transaction of its cause."""

import json
from datetime import datetime
from typing import Any

from django.db import connection

from events.dispatching import names_for
from events.kinds import Kind
from kit import tracing

# Ids, days and names of our own; never what a person said or is called.
Told = int | str | list[int] | list[str] | None

INSERT = """
    WITH happened AS (
        INSERT INTO events_event (organisation_id, kind, at, payload, request_id)
        VALUES (%s, %s, %s, %s, %s) RETURNING id, organisation_id, at
    ), owed AS (
        INSERT INTO events_delivery
            (organisation_id, event_id, reaction, due_at, attempts, last_error)
        SELECT organisation_id, id, unnest(%s::text[]), at, 0, '' FROM happened
    )
    SELECT id FROM happened
"""


# For a statement that does it all in one trip: its `news` are published with what they owe.
NEWS = """
    happened AS (
        INSERT INTO events_event (organisation_id, kind, at, payload, request_id)
        SELECT organisation_id, kind, at, payload, %(request_id)s::text FROM news
        RETURNING id, organisation_id, kind, at
    ), owed AS (
        INSERT INTO events_delivery
            (organisation_id, event_id, reaction, due_at, attempts, last_error)
        SELECT h.organisation_id, h.id, r.reaction, h.at, 0, ''
        FROM happened h
        JOIN unnest(%(reaction_kinds)s::text[], %(reactions)s::text[]) AS r (kind, reaction)
            ON r.kind = h.kind
    )
"""


def owed(*kinds: Kind) -> dict[str, list[str] | str]:
    """The values that `NEWS` needs in a statement that may publish these kinds."""
    pairs = [(kind.value, name) for kind in kinds for name in names_for(kind)]
    return {
        "reaction_kinds": [kind for kind, _ in pairs],
        "reactions": [name for _, name in pairs],
        "request_id": tracing.request_id(),
    }


def publish(*, organisation_id: int, kind: Kind, now: datetime, **ids: Told) -> int:
    """Store the event and one delivery for each reaction to its kind; return the event's id.

    Must be called inside `kit.tenancy.organisation`: the event is true only if its cause commits.
    """
    with connection.cursor() as cursor:
        cause = tracing.request_id()
        values: list[Any] = [organisation_id, kind, now, json.dumps(ids), cause, names_for(kind)]
        cursor.execute(INSERT, values)
        (event_id,) = cursor.fetchone()
    return int(event_id)
