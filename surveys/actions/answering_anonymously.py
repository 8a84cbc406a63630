"""Store an anonymous answer: the invitation learns that it was used, and nothing else of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit import tenancy
from surveys.models.anonymous import LONGEST_KEPT
from surveys.queries.doubts import DOUBT, values_of
from surveys.queries.lookups import ORGANISATION_OF_INVITATION
from surveys.queries.sendings import IS_ON_SCALE
from surveys.rules.doubts import Signs
from surveys.rules.feelings import Feeling
from surveys.rules.metrics import ScoreRefused

# One statement: the invitation is used and the answer stands, or neither. The lock on the
# invitation orders many equal posts; whoever waited for it finds it used. A doubted sending
# leaves nothing at all: there would be no way to put a person's answer in its place. The answer
# is given no number, no time, no version and no language; nothing is published, so that the
# journal holds no moment either.
STORE = f"""
    WITH seen AS MATERIALIZED (
        SELECT customer_id, survey_version_id, organisation_id
        FROM surveys_invitation WHERE id = %(invitation)s
    ), person AS MATERIALIZED (
        SELECT id FROM surveys_customer
        WHERE id = (SELECT customer_id FROM seen) AND erased_at IS NULL
        FOR KEY SHARE
    ), asked AS MATERIALIZED (
        SELECT asks_why, asks_feeling,
            (SELECT metric FROM surveys_survey s WHERE s.id = v.survey_id) AS metric
        FROM surveys_surveyversion v WHERE id = (SELECT survey_version_id FROM seen)
    ), house AS MATERIALIZED (
        SELECT time_zone, suspect_within_seconds, suspect_shown_seconds, suspect_scores,
            suspect_traps
        FROM accounts_organisation WHERE id = (SELECT organisation_id FROM seen)
    ), invited AS (
        SELECT i.id, i.organisation_id, i.programme_id, i.context, i.is_test,
            asked.asks_why, asked.asks_feeling,
            date_trunc('month', %(now)s::timestamptz AT TIME ZONE house.time_zone)::date AS month,
            {IS_ON_SCALE} AS is_on_scale,
            {DOUBT} AS doubt
        FROM person, asked, house, surveys_invitation i
        WHERE i.id = %(invitation)s AND i.is_anonymous AND NOT i.is_used
          AND i.expires_at > %(now)s
        FOR NO KEY UPDATE OF i
    ), used AS (
        UPDATE surveys_invitation SET is_used = true
        WHERE id = (SELECT id FROM invited WHERE doubt = '' AND is_on_scale) AND NOT is_used
        RETURNING id
    ), stored AS (
        INSERT INTO surveys_anonymousanswer
            (id, organisation_id, programme_id, month, kept, score, comment, feelings)
        SELECT gen_random_uuid(), i.organisation_id, i.programme_id, i.month,
            left(COALESCE(i.context ->> p.kept_property, ''), {LONGEST_KEPT}), %(score)s,
            CASE WHEN i.asks_why THEN %(comment)s ELSE '' END,
            CASE WHEN i.asks_feeling THEN %(feelings)s::varchar[] ELSE '{{}}' END
        FROM invited i JOIN surveys_programme p ON p.id = i.programme_id
        WHERE i.id = (SELECT id FROM used) AND NOT i.is_test
    )
    SELECT doubt, is_on_scale FROM invited
"""  # noqa: S608  (our own constants, no values)


@dataclass(frozen=True, kw_only=True)
class Said:
    """All that an anonymous answer says."""

    score: int
    comment: str = ""
    feelings: Sequence[Feeling] = ()


def record_anonymous(*, invitation_id: int, said: Said, signs: Signs, now: datetime) -> str | None:
    """Store the answer; return the doubt about this sending ("" = stored), None if it is closed.

    Raises ScoreRefused for another scale.
    """
    values: dict[str, Any] = {
        "invitation": invitation_id,
        "score": said.score,
        "comment": said.comment,
        "feelings": [one.value for one in said.feelings],
        "now": now,
        **values_of(signs),
    }
    rows = tenancy.in_one_trip(ORGANISATION_OF_INVITATION, STORE, values)
    if not rows:
        return None
    doubt, is_on_scale = rows[0]
    if not is_on_scale:
        raise ScoreRefused(f"{said.score} is not on the scale of this survey.")
    return str(doubt)
