"""When surveys changed between numbers with words and faces, and what they ask about."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

_CHANGES = """
    SELECT (v.published_at AT TIME ZONE o.time_zone)::date AS changed_on, v.has_faces, p.name,
        p.id, ARRAY(
            SELECT t.touchpoint_id FROM surveys_programmetouchpoint t WHERE t.programme_id = p.id
            ORDER BY t.touchpoint_id)
    FROM (
        SELECT survey_id, published_at, has_faces,
            lag(has_faces) OVER (PARTITION BY survey_id ORDER BY number) AS before
        FROM surveys_surveyversion
        WHERE number > 0
    ) AS v
    JOIN surveys_programme p ON p.survey_id = v.survey_id
    JOIN accounts_organisation o ON o.id = p.organisation_id
    WHERE v.before <> v.has_faces
    ORDER BY 1, p.id
"""


@dataclass(frozen=True)
class DrawingChange:
    """From this day on a programme asked with faces, or no longer did."""

    on: date
    has_faces: bool
    programme: str
    programme_id: int
    touchpoint_ids: list[int]


def drawing_changes() -> list[DrawingChange]:
    """Return every change, the oldest first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES)
        return [DrawingChange(*row) for row in cursor.fetchall()]
