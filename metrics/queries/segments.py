"""What a filter by names means in numbers: which slot a property has, which id its value."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from metrics.rules.dimensions import VALUE_LENGTH

Segment = tuple[str, str]
# The id of no value: a tracked property never had it, so nothing needs to be searched.
NEVER = 0

_RESOLVE = """
    SELECT t.slot, coalesce(v.id, 0), other.id IS NOT NULL
    FROM unnest(%(keys)s::text[], %(values)s::text[]) WITH ORDINALITY AS s (key, value, place)
    LEFT JOIN metrics_trackedproperty t
        ON t.organisation_id = %(organisation)s AND t.key = s.key
    LEFT JOIN metrics_propertyvalue v ON v.organisation_id = %(organisation)s
        AND v.tracked_id = t.id AND v.value = s.value AND v.value <> ''
    LEFT JOIN metrics_propertyvalue other ON other.organisation_id = %(organisation)s
        AND other.tracked_id = t.id AND other.value = ''
    ORDER BY s.place
"""


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """Segments as slots and value ids where all of them are tracked, else all by name."""

    properties: dict[int, int] = field(default_factory=dict)
    context: tuple[Segment, ...] = ()


def resolve(organisation_id: int, segments: Sequence[Segment]) -> Resolved:
    """Find slots and values; one statement.

    A value among those beyond the first thousand, or one as long as is kept of a value, has
    no id of its own, so the answers themselves are asked for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _RESOLVE,
            {
                "organisation": organisation_id,
                "keys": [key for key, _ in segments],
                "values": [value for _, value in segments],
            },
        )
        rows = cursor.fetchall()
    properties: dict[int, int] = {}
    context = False
    for segment, (slot, value_id, has_other) in zip(segments, rows, strict=True):
        is_whole = len(segment[1]) < VALUE_LENGTH
        if slot is None or not is_whole or (value_id == NEVER and has_other):
            context = True
        else:
            properties[slot] = value_id
    # Once the answers are asked, they know the tracked properties as well.
    return Resolved(context=tuple(segments)) if context else Resolved(properties=properties)


_ABSENT = """
    SELECT s.key, s.value
    FROM unnest(%(keys)s::text[], %(values)s::text[]) WITH ORDINALITY AS s (key, value, place)
    LEFT JOIN metrics_trackedproperty t
        ON t.organisation_id = %(organisation)s AND t.key = s.key
    LEFT JOIN metrics_propertyvalue v ON v.organisation_id = %(organisation)s
        AND v.tracked_id = t.id AND v.value = s.value AND v.value <> ''
    LEFT JOIN metrics_propertyvalue other ON other.organisation_id = %(organisation)s
        AND other.tracked_id = t.id AND other.value = ''
    WHERE CASE
        WHEN v.id IS NOT NULL THEN FALSE
        WHEN t.id IS NOT NULL AND other.id IS NULL AND length(s.value) < %(length)s THEN TRUE
        ELSE NOT EXISTS (
            SELECT FROM surveys_response r
            WHERE r.organisation_id = %(organisation)s AND r.context ->> s.key = s.value
        )
    END
    ORDER BY s.place
"""


def never_occurred(organisation_id: int, segments: Sequence[Segment]) -> list[Segment]:
    """Return the segments that no answer ever belonged to; one statement."""
    if not segments:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _ABSENT,
            {
                "organisation": organisation_id,
                "keys": [key for key, _ in segments],
                "values": [value for _, value in segments],
                "length": VALUE_LENGTH,
            },
        )
        return [(key, value) for key, value in cursor.fetchall()]
