"""Store what a customer sends: the score once per invitation, every sending as a revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.kinds import Kind
from events.publishing import NEWS, owed
from kit import tenancy
from kit.failpoints import failpoint
from surveys.queries.doubts import DOUBT, NOT_LOOKED_AT, SENT_AGAIN, values_of
from surveys.queries.lookups import ORGANISATION_OF_INVITATION
from surveys.queries.opening import IS_OPEN
from surveys.queries.sendings import (
    AMENDED,
    FIRST_OR_AMENDED,
    IS_ON_SCALE,
    REVISED,
    asks_contact,
    fitting,
    news_of,
    values_of_reason,
)
from surveys.rules.doubts import Signs
from surveys.rules.feelings import Feeling, asks_contact_of
from surveys.rules.metrics import SCALES, Metric, ScoreRefused
from surveys.rules.questions import Given

# One statement and one round trip: the lock on the invitation orders fifty equal posts into one
# response. The upsert alone would not: its conflict may show first in the index of invitations,
# which is not the one it looks at. The response shows the latest human revision, else the latest
# suspect; what staff or the customer took out of the count stays out. The key share on the
# customer, locked first as erasing does, makes an answer and an erasing wait for each other:
# whichever is second sees what the first one did. Each row is fetched by its own key and never
# joined to: on tables without statistics the planner would start from all customers (20 ms).
STORE_SCORE = f"""
    WITH seen AS MATERIALIZED (
        SELECT customer_id, survey_version_id, organisation_id
        FROM surveys_invitation WHERE id = %(invitation)s
    ), person AS MATERIALIZED (
        SELECT language FROM surveys_customer
        WHERE id = (SELECT customer_id FROM seen) AND erased_at IS NULL
        FOR KEY SHARE
    ), asked AS MATERIALIZED (
        SELECT asks_why OR asks_feeling AS asks_all, asks_more_of, asks_contact,
            CASE WHEN has_faces THEN 'faces'
                ELSE (SELECT metric FROM surveys_survey s WHERE s.id = v.survey_id) END AS metric
        FROM surveys_surveyversion v WHERE id = (SELECT survey_version_id FROM seen)
    ), house AS MATERIALIZED (
        SELECT time_zone, language, amend_days, suspect_within_seconds, suspect_shown_seconds,
            suspect_scores, suspect_traps
        FROM accounts_organisation WHERE id = (SELECT organisation_id FROM seen)
    ), invited AS (
        SELECT i.*, asked.metric, asked.asks_all, asked.asks_more_of, asked.asks_contact,
            (%(now)s::timestamptz AT TIME ZONE house.time_zone)::date AS today,
            COALESCE(NULLIF(%(chosen)s, ''), NULLIF(person.language, ''),
                NULLIF(%(accepted)s, ''), house.language) AS language,
            {IS_ON_SCALE} AS is_on_scale,
            {DOUBT} AS doubt, {NOT_LOOKED_AT} AS unchecked
        FROM person, asked, house, surveys_invitation i
        WHERE i.id = %(invitation)s AND {IS_OPEN}
        FOR NO KEY UPDATE OF i
    ), stored AS (
        INSERT INTO surveys_response AS kept (
            organisation_id, origin, origin_key, invitation_id, customer_id, programme_id,
            survey_version_id, touchpoint_id, interaction_id, metric, score, comment, language,
            standing, standing_reason, answered_at, local_on, revisions_made, context)
        SELECT organisation_id, 'invitation', id::text, id, customer_id, programme_id,
            survey_version_id, touchpoint_id, interaction_id, metric, %(score)s, '', language,
            CASE WHEN is_test THEN 'test' WHEN doubt = '' THEN 'counted' ELSE 'suspect' END,
            CASE WHEN doubt = '' THEN unchecked ELSE doubt END,
            %(now)s, today, 1, context
        FROM invited WHERE is_on_scale
        ON CONFLICT (organisation_id, origin, origin_key) DO UPDATE SET
            {SENT_AGAIN}
        RETURNING id, organisation_id, revisions_made, standing, score, comment, feelings, contact
    ), revised AS (
        INSERT INTO surveys_responserevision (organisation_id, response_id, number, at, verdict,
            rule, score, comment, feelings, contact)
        SELECT s.organisation_id, s.id, s.revisions_made, %(now)s,
            CASE WHEN i.doubt = '' THEN 'human' ELSE 'suspect' END,
            CASE WHEN i.doubt = '' THEN i.unchecked ELSE i.doubt END, %(score)s, s.comment,
            s.feelings, s.contact
        FROM stored s, invited i
    ), marked AS (
        UPDATE surveys_invitation SET answered_at = %(now)s
        WHERE id = (SELECT id FROM invited WHERE doubt = '' AND is_on_scale)
          AND answered_at IS NULL
    ), {news_of("stored", FIRST_OR_AMENDED)}, {NEWS}
    SELECT s.id, s.revisions_made, s.standing, s.score, i.doubt, i.asks_all, i.asks_more_of,
        i.asks_contact, i.metric
    FROM invited i LEFT JOIN stored s ON true
"""  # noqa: S608  (our own constants, no values)


@dataclass(frozen=True)
class Receipt:
    """What is stored now, and the doubt about this one sending."""

    response_id: int
    revision: int
    standing: str
    score: int
    doubt: str
    asks_all: bool
    asks_more_of: Sequence[str]
    asks_contact: bool
    metric: str

    @property
    def has_second_step(self) -> bool:
        """Whether there is more to ask somebody with this score."""
        metric = Metric(self.metric)
        return (
            self.asks_all
            or (self.asks_contact and asks_contact_of(metric, self.score))
            or SCALES[metric].group(self.score) in self.asks_more_of
        )


def record_score(
    *,
    invitation_id: int,
    score: int,
    signs: Signs,
    now: datetime,
    chosen: str = "",
    accepted: str = "",
) -> Receipt | None:
    """Store a score of this invitation; None if the invitation is closed.

    The rules and thresholds of the organisation judge by the `signs` whether a machine sent it.
    `chosen` and `accepted` are languages, as `surveys.queries.asked` takes them: the words that
    follow are written in it. Raises ScoreRefused for another scale.
    """
    values: dict[str, Any] = {
        "invitation": invitation_id,
        "score": score,
        "chosen": chosen,
        "accepted": accepted,
        "now": now,
        **values_of(signs),
        **owed(Kind.RESPONSE_RECEIVED, Kind.RESPONSE_AMENDED),
    }
    failpoint("answer.received")
    rows = tenancy.in_one_trip(ORGANISATION_OF_INVITATION, STORE_SCORE, values)
    failpoint("answer.stored")
    if not rows:
        return None
    receipt = Receipt(*rows[0])
    if receipt.response_id is None:
        raise ScoreRefused(f"{score} is not on the scale of this survey.")
    return receipt


# Of two sendings at one moment the second begins when the first one is stored: locked before the
# statement that stores, and in the order in which erasing locks, person first.
HOLD = """
    WITH person AS MATERIALIZED (
        SELECT id FROM surveys_customer WHERE id = (
            SELECT customer_id FROM surveys_invitation WHERE id = %(invitation)s)
        FOR KEY SHARE
    )
    SELECT i.id FROM surveys_invitation i, person WHERE i.id = %(invitation)s
    FOR NO KEY UPDATE OF i
"""
# What is sent takes the place of what stands, as a whole. A revision is written where they
# differ: where they do not its number is taken already, also by an equal one of the same moment.
STORE_REASON = f"""
    WITH person AS MATERIALIZED (
        SELECT id FROM surveys_customer WHERE erased_at IS NULL AND id = (
            SELECT customer_id FROM surveys_invitation WHERE id = %(invitation)s)
        FOR KEY SHARE
    ), asked AS MATERIALIZED (
        SELECT id, asks_contact,
            CASE WHEN asks_feeling THEN %(feelings)s::varchar[] ELSE '{{}}' END AS feelings
        FROM surveys_surveyversion WHERE id = (
            SELECT survey_version_id FROM surveys_invitation WHERE id = %(invitation)s)
    ), {fitting("SELECT id FROM asked")}, house AS MATERIALIZED (
        SELECT time_zone, amend_days FROM accounts_organisation WHERE id = (
            SELECT organisation_id FROM surveys_invitation WHERE id = %(invitation)s)
    ), finished AS (
        UPDATE surveys_invitation i SET finished_at = COALESCE(i.finished_at, %(now)s)
        FROM house
        WHERE i.id = %(invitation)s AND EXISTS (SELECT FROM person)
          AND i.answered_at IS NOT NULL AND {IS_OPEN}
        RETURNING i.id
    ), sent AS (
        SELECT r.id, asked.feelings, CASE WHEN asked.asks_contact AND
            {asks_contact("r")} THEN %(contact)s ELSE '' END AS contact
        FROM asked, surveys_response r
        WHERE r.invitation_id = (SELECT id FROM finished) AND r.standing <> 'suspect'
    ), kept AS (
        UPDATE surveys_response r
        SET comment = %(comment)s, feelings = sent.feelings, contact = sent.contact,
            revisions_made = r.revisions_made + CASE
                WHEN r.comment <> %(comment)s OR r.feelings <> sent.feelings
                    OR r.contact <> sent.contact OR EXISTS (
                        (SELECT id, picked, words FROM fitting EXCEPT
                        SELECT question_id, picked, words FROM surveys_answer
                        WHERE response_id = sent.id) UNION ALL
                        (SELECT question_id, picked, words FROM surveys_answer
                        WHERE response_id = sent.id EXCEPT
                        SELECT id, picked, words FROM fitting))
                THEN 1 ELSE 0 END
        FROM sent WHERE r.id = sent.id
        RETURNING r.id, r.organisation_id, r.revisions_made, r.score, r.feelings, r.contact
    ), dropped AS (
        DELETE FROM surveys_answer WHERE response_id = (SELECT id FROM kept)
            AND question_id NOT IN (SELECT id FROM fitting)
    ), told AS (
        INSERT INTO surveys_answer (organisation_id, response_id, question_id, picked, words)
        SELECT k.organisation_id, k.id, f.id, f.picked, f.words FROM kept k, fitting f
        ON CONFLICT (organisation_id, response_id, question_id)
            DO UPDATE SET picked = excluded.picked, words = excluded.words
    ), revised AS (
        {REVISED}
        ON CONFLICT (organisation_id, response_id, number) DO NOTHING
    ), {news_of("kept", AMENDED)}, {NEWS}
    SELECT id FROM kept
"""  # noqa: S608  (our own constants, no values)


def record_reason(
    *,
    invitation_id: int,
    comment: str,
    now: datetime,
    answers: Sequence[Given] = (),
    feelings: Sequence[Feeling] = (),
    contact: str = "",
) -> bool:
    """Finish the answer with its reason ("" = no more to say); False if it is closed already.

    Answers to questions that this survey does not ask, or that are no answer to them, are left
    out: no form of ours sends any.
    """
    values = {
        "invitation": invitation_id,
        "now": now,
        **values_of_reason(comment=comment, feelings=feelings, contact=contact, answers=answers),
        **owed(Kind.RESPONSE_AMENDED),
    }
    rows = tenancy.in_one_trip(ORGANISATION_OF_INVITATION, STORE_REASON, values, first=HOLD)
    failpoint("reason.stored")
    return bool(rows)
