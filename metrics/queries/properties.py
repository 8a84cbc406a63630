"""The tracked properties with the values they had, as filters offer them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from metrics.rules.segments import written

VALUES_OFFERED = 40


@dataclass(frozen=True, kw_only=True)
class Tracked:
    """One tracked property with its first values by name; `has_more` where there are others."""

    key: str
    values: Sequence[str]
    has_more: bool

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Each value as an address names it, and by itself."""
        return [(written(self.key, value), value) for value in self.values]


def tracked_properties(organisation_id: int) -> list[Tracked]:
    """Return the tracked properties in the order of their slots; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.key, ARRAY(
                SELECT v.value FROM metrics_propertyvalue v
                WHERE v.organisation_id = t.organisation_id AND v.tracked_id = t.id
                    AND v.value <> ''
                ORDER BY v.value LIMIT %(most)s
            )
            FROM metrics_trackedproperty t
            WHERE t.organisation_id = %(organisation)s ORDER BY t.slot
            """,
            {"organisation": organisation_id, "most": VALUES_OFFERED + 1},
        )
        rows = cursor.fetchall()
    return [
        Tracked(key=key, values=values[:VALUES_OFFERED], has_more=len(values) > VALUES_OFFERED)
        for key, values in rows
    ]
