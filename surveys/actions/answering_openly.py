"""Store what somebody sends by a public link: nobody was invited, so each form is one answer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from events.kinds import Kind
from events.publishing import NEWS, owed
from kit import tenancy
from surveys.queries.doubts import DOUBT_OF_FORM, SENT_AGAIN, values_of
from surveys.queries.lookups import ORGANISATION_OF_PUBLIC_LINK
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
from surveys.rules.feelings import Feeling
from surveys.rules.metrics import SCALES, Metric, ScoreRefused
from surveys.rules.questions import Given

# How long the form that was shown, and nobody else's, may still change what it sent.
OPEN_AFTER_ANSWER = timedelta(hours=1)

# The form's own random key is the answer's: sent twice it is one answer, whoever sends another
# form gives another one. As with invitations the answer shows the latest human sending, else the
# latest suspect, and what staff took out of the count stays out.
STORE_SCORE = f"""
    WITH way AS MATERIALIZED (
        SELECT id, organisation_id, kind, programme_id, touchpoint_id,
            %(told)s::jsonb || jsonb_strip_nulls(jsonb_build_object(
                'source', name, 'branch', NULLIF(branch, ''))) AS context
        FROM surveys_publiclink
        WHERE id = %(link)s AND revoked_at IS NULL
          AND (closes_at IS NULL OR closes_at > %(now)s)
    ), person AS MATERIALIZED (
        SELECT id, language FROM surveys_customer
        WHERE id = %(customer)s AND erased_at IS NULL
        FOR KEY SHARE
    ), asked AS MATERIALIZED (
        SELECT v.id, v.asks_why OR v.asks_feeling AS asks_all, v.asks_more_of,
            CASE WHEN v.has_faces THEN 'faces' ELSE s.metric END AS metric
        FROM surveys_programme p JOIN surveys_survey s ON s.id = p.survey_id,
            LATERAL (SELECT * FROM surveys_surveyversion
                WHERE survey_id = s.id AND number > 0 ORDER BY number DESC LIMIT 1) v
        WHERE p.id = (SELECT programme_id FROM way) AND p.archived_at IS NULL
    ), house AS MATERIALIZED (
        SELECT time_zone, language, suspect_shown_seconds, suspect_traps
        FROM accounts_organisation WHERE id = (SELECT organisation_id FROM way)
    ), sent AS MATERIALIZED (
        SELECT way.*, asked.id AS survey_version_id, asked.metric, asked.asks_all,
            asked.asks_more_of,
            (SELECT id FROM person) AS customer_id,
            COALESCE(NULLIF(%(chosen)s, ''), (SELECT NULLIF(language, '') FROM person),
                NULLIF(%(accepted)s, ''), house.language) AS language,
            (%(now)s::timestamptz AT TIME ZONE house.time_zone)::date AS today,
            {IS_ON_SCALE} AS is_on_scale,
            {DOUBT_OF_FORM} AS doubt
        FROM way, asked, house
        WHERE %(customer)s::bigint IS NULL OR EXISTS (SELECT FROM person)
    ), stored AS (
        INSERT INTO surveys_response AS kept (
            organisation_id, origin, origin_key, public_link_id, customer_id, programme_id,
            survey_version_id, touchpoint_id, metric, score, comment, language,
            standing, standing_reason, answered_at, local_on, revisions_made, context)
        SELECT organisation_id, kind, id || ':' || %(form)s, id, customer_id, programme_id,
            survey_version_id, touchpoint_id, metric, %(score)s, '', language,
            CASE WHEN doubt = '' THEN 'counted' ELSE 'suspect' END, doubt,
            %(now)s, today, 1, context
        FROM sent WHERE is_on_scale
        ON CONFLICT (organisation_id, origin, origin_key) DO UPDATE SET
            {SENT_AGAIN}
        WHERE kept.answered_at > %(reopened)s
        RETURNING id, organisation_id, revisions_made, standing, score, comment, feelings
    ), revised AS (
        INSERT INTO surveys_responserevision
            (organisation_id, response_id, number, at, verdict, rule, score, comment, feelings)
        SELECT s.organisation_id, s.id, s.revisions_made, %(now)s,
            CASE WHEN sent.doubt = '' THEN 'human' ELSE 'suspect' END, sent.doubt, %(score)s,
            s.comment, s.feelings
        FROM stored s, sent
    ), {news_of("stored", FIRST_OR_AMENDED)}, {NEWS}
    SELECT s.id, s.score, sent.doubt, sent.asks_all, sent.asks_more_of, sent.metric,
        sent.is_on_scale
    FROM sent LEFT JOIN stored s ON true
"""  # noqa: S608  (our own constants, no values)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of who sends: whom a site signed for, and what else the context keeps."""

    customer_id: int | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


NOBODY = Known()


@dataclass(frozen=True)
class OpenReceipt:
    """Which answer it is now, and the doubt about this one sending."""

    response_id: int
    score: int
    doubt: str
    asks_all: bool
    asks_more_of: Sequence[str]
    metric: str

    @property
    def has_second_step(self) -> bool:
        """Whether there is more to ask somebody with this score."""
        return self.asks_all or SCALES[Metric(self.metric)].group(self.score) in self.asks_more_of


def record_open_score(
    *,
    link_id: int,
    form: str,
    score: int,
    signs: Signs,
    now: datetime,
    chosen: str = "",
    accepted: str = "",
    known: Known = NOBODY,
) -> OpenReceipt | None:
    """Store the score that a form of this link sent; None if the link or the form is closed.

    `form` is the random key of the form that was shown: the same one again amends its own answer.
    Raises ScoreRefused for another scale.
    """
    values: dict[str, Any] = {
        "link": link_id,
        "form": form,
        "score": score,
        "chosen": chosen,
        "accepted": accepted,
        "customer": known.customer_id,
        "told": json.dumps(dict(known.context)),
        "now": now,
        "reopened": now - OPEN_AFTER_ANSWER,
        **values_of(signs),
        **owed(Kind.RESPONSE_RECEIVED, Kind.RESPONSE_AMENDED),
    }
    rows = tenancy.in_one_trip(ORGANISATION_OF_PUBLIC_LINK, STORE_SCORE, values)
    if not rows:
        return None
    *told, is_on_scale = rows[0]
    if not is_on_scale:
        raise ScoreRefused(f"{score} is not on the scale of this survey.")
    return OpenReceipt(*told) if told[0] is not None else None


# The lock on the answer orders two sendings of its words; the second one finds them there.
# Words are taken once: whoever sends at the same moment begins when the first ones are stored.
HOLD = """
    SELECT id FROM surveys_response WHERE id = %(response)s AND public_link_id = %(link)s
    FOR NO KEY UPDATE
"""
STORE_REASON = f"""
    WITH mine AS MATERIALIZED (
        SELECT r.id, r.survey_version_id, r.customer_id, r.metric, r.score
        FROM surveys_response r
        WHERE r.id = %(response)s AND r.public_link_id = %(link)s AND r.standing <> 'suspect'
          AND r.answered_at > %(reopened)s
          AND r.comment = '' AND r.feelings = '{{}}' AND r.contact = ''
          AND NOT EXISTS (SELECT FROM surveys_answer a WHERE a.response_id = r.id)
        FOR NO KEY UPDATE OF r
    ), {fitting("SELECT survey_version_id FROM mine")}, felt AS (
        SELECT CASE WHEN v.asks_feeling THEN %(feelings)s::varchar[] ELSE '{{}}' END AS feelings,
            CASE WHEN v.asks_contact AND m.customer_id IS NOT NULL AND {asks_contact("m")}
                THEN %(contact)s ELSE '' END AS contact
        FROM surveys_surveyversion v JOIN mine m ON m.survey_version_id = v.id
    ), kept AS (
        UPDATE surveys_response r SET comment = %(comment)s, feelings = felt.feelings,
            contact = felt.contact, revisions_made = revisions_made + 1
        FROM felt WHERE r.id = (SELECT id FROM mine) AND (%(comment)s <> ''
            OR felt.feelings <> '{{}}' OR felt.contact <> '' OR EXISTS (SELECT FROM fitting))
        RETURNING r.id, r.organisation_id, r.revisions_made, r.score, r.feelings, r.contact
    ), told AS (
        INSERT INTO surveys_answer (organisation_id, response_id, question_id, picked, words)
        SELECT k.organisation_id, k.id, f.id, f.picked, f.words FROM kept k, fitting f
    ), revised AS (
        {REVISED}
    ), {news_of("kept", AMENDED)}, {NEWS}
    SELECT id FROM mine
"""  # noqa: S608  (our own constants, no values)


def record_open_reason(
    *,
    link_id: int,
    response_id: int,
    comment: str,
    now: datetime,
    answers: Sequence[Given] = (),
    feelings: Sequence[Feeling] = (),
    contact: str = "",
) -> bool:
    """Add the reason to an answer that came by this link; False if it is closed already."""
    values = {
        "link": link_id,
        "response": response_id,
        "now": now,
        "reopened": now - OPEN_AFTER_ANSWER,
        **values_of_reason(comment=comment, feelings=feelings, contact=contact, answers=answers),
        **owed(Kind.RESPONSE_AMENDED),
    }
    rows = tenancy.in_one_trip(ORGANISATION_OF_PUBLIC_LINK, STORE_REASON, values, first=HOLD)
    return bool(rows)
