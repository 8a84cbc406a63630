"""Store what a customer sends: the score once per invitation, every sending as a revision."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from events.kinds import Kind
from events.publishing import publish

OPEN_AFTER_ANSWER = timedelta(days=1)

# One statement: the row lock of the upsert orders fifty equal posts into one response. The
# response shows the latest human revision, else the latest suspect; what staff or the customer
# took out of the count stays out.
STORE_SCORE = """
    WITH invited AS (
        SELECT i.*, s.metric, (%(now)s::timestamptz AT TIME ZONE o.time_zone)::date AS today
        FROM surveys_invitation i
        JOIN surveys_programme p ON p.id = i.programme_id
        JOIN surveys_survey s ON s.id = p.survey_id
        JOIN accounts_organisation o ON o.id = i.organisation_id
        WHERE i.id = %(invitation)s AND i.expires_at > %(now)s AND i.finished_at IS NULL
          AND (i.answered_at IS NULL OR i.answered_at > %(reopened)s)
    ), stored AS (
        INSERT INTO surveys_response AS kept (
            organisation_id, origin, origin_key, invitation_id, customer_id, programme_id,
            survey_version_id, touchpoint_id, interaction_id, metric, score, comment, standing,
            standing_reason, answered_at, local_on, revisions_made, context)
        SELECT organisation_id, 'invitation', id::text, id, customer_id, programme_id,
            survey_version_id, touchpoint_id, interaction_id, metric, %(score)s, '',
            CASE WHEN is_test THEN 'test' WHEN %(rule)s = '' THEN 'counted' ELSE 'suspect' END,
            %(rule)s, %(now)s, today, 1, context
        FROM invited
        ON CONFLICT (organisation_id, origin, origin_key) DO UPDATE SET
            revisions_made = kept.revisions_made + 1,
            score = CASE WHEN %(rule)s = '' OR kept.standing = 'suspect'
                THEN excluded.score ELSE kept.score END,
            answered_at = CASE WHEN kept.standing = 'suspect'
                THEN excluded.answered_at ELSE kept.answered_at END,
            local_on = CASE WHEN kept.standing = 'suspect'
                THEN excluded.local_on ELSE kept.local_on END,
            standing_reason = CASE WHEN kept.standing = 'suspect'
                THEN excluded.standing_reason ELSE kept.standing_reason END,
            standing = CASE WHEN kept.standing = 'suspect'
                THEN excluded.standing ELSE kept.standing END
        RETURNING id, organisation_id, revisions_made, standing, score, comment
    ), revised AS (
        INSERT INTO surveys_responserevision
            (organisation_id, response_id, number, at, verdict, rule, score, comment)
        SELECT organisation_id, id, revisions_made, %(now)s,
            CASE WHEN %(rule)s = '' THEN 'human' ELSE 'suspect' END, %(rule)s, %(score)s, comment
        FROM stored
    ), marked AS (
        UPDATE surveys_invitation SET answered_at = %(now)s
        WHERE id = %(invitation)s AND answered_at IS NULL AND %(rule)s = ''
          AND EXISTS (SELECT FROM stored)
    )
    SELECT id, revisions_made, standing, score FROM stored
"""


@dataclass(frozen=True)
class Receipt:
    """What is stored now."""

    response_id: int
    revision: int
    standing: str
    score: int


def record_score(
    *, organisation_id: int, invitation_id: int, score: int, doubt: str, now: datetime
) -> Receipt | None:
    """Store a score of this invitation; None if the invitation is closed.

    `score` must be on the survey's scale (the table refuses others); `doubt` names the rule that
    suspects a machine, "" for a human answer.
    """
    values: dict[str, int | str | datetime] = {
        "invitation": invitation_id,
        "score": score,
        "rule": doubt,
        "now": now,
        "reopened": now - OPEN_AFTER_ANSWER,
    }
    with connection.cursor() as cursor:
        cursor.execute(STORE_SCORE, values)
        row = cursor.fetchone()
    if row is None:
        return None
    receipt = Receipt(*row)
    kind = Kind.RESPONSE_RECEIVED if receipt.revision == 1 else Kind.RESPONSE_AMENDED
    publish(organisation_id=organisation_id, kind=kind, now=now, response=receipt.response_id)
    return receipt


STORE_REASON = """
    WITH kept AS (
        UPDATE surveys_response SET comment = %(comment)s,
            revisions_made = revisions_made + CASE WHEN %(comment)s <> '' THEN 1 ELSE 0 END
        WHERE invitation_id = %(invitation)s AND standing <> 'suspect'
        RETURNING id, organisation_id, revisions_made, score
    ), revised AS (
        INSERT INTO surveys_responserevision
            (organisation_id, response_id, number, at, verdict, rule, score, comment)
        SELECT organisation_id, id, revisions_made, %(now)s, 'human', '', score, %(comment)s
        FROM kept WHERE %(comment)s <> ''
    )
    SELECT id FROM kept
"""


def record_reason(*, organisation_id: int, invitation_id: int, comment: str, now: datetime) -> bool:
    """Finish the answer with its reason ("" = no more to say); False if it is closed already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE surveys_invitation SET finished_at = %s WHERE id = %s AND finished_at IS NULL"
            " AND answered_at > %s AND expires_at > %s RETURNING id",
            [now, invitation_id, now - OPEN_AFTER_ANSWER, now],
        )
        if cursor.fetchone() is None:
            return False
        cursor.execute(STORE_REASON, {"comment": comment, "invitation": invitation_id, "now": now})
        (response_id,) = cursor.fetchone()
    publish(
        organisation_id=organisation_id,
        kind=Kind.RESPONSE_AMENDED,
        now=now,
        response=response_id,
    )
    return True
