"""Answers and invitations as they are now, with everything they are counted by."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Iterable

from metrics.rules.dimensions import SLOTS, VALUE_LENGTH, VALUES_PER_PROPERTY, state_columns
from metrics.statistics.definitions import DEFAULTS

SCORES = [f"c{score}" for score in range(11)]
OUTCOMES = ["finished", "began", "opted_out", "bounced", "suspect", "reached", "silent"]
VALUES = [f"value_{slot}" for slot in SLOTS]
PLACED = ["question", "is_relational", "programme_id", "touchpoint_id", *VALUES]
ANSWER = ["response_id", *PLACED, "customer_id", "answered_at", "local_on", "score", "standing"]
STATES = list(state_columns().values())
# What a counted row of each kind holds; the first column is its key.
ANSWER_ROW = [*ANSWER, "next_on", *STATES]
ASK_ROW = ["invitation_id", *PLACED, "sent_on", "outcome"]


def listed(names: Iterable[str], prefix: str = "") -> str:
    return ", ".join(prefix + name for name in names)


QUESTION = "CASE {metric} %s END" % " ".join(  # noqa: UP031 (the braces are filled in later)
    f"WHEN '{kind}' THEN '{definition.question}'" for kind, definition in DEFAULTS.items()
)

_ASKED = QUESTION.format(metric="CASE WHEN a.has_faces THEN 'faces' ELSE s.metric END")

# The value ids of a frozen context; a value beyond the first thousand has the empty one's id.
_VALUE_IDS = """
    CROSS JOIN LATERAL (
        SELECT {chosen}
        FROM metrics_trackedproperty t
        LEFT JOIN metrics_propertyvalue v ON v.organisation_id = t.organisation_id
            AND v.tracked_id = t.id AND v.value = left({context} ->> t.key, {length})
        LEFT JOIN metrics_propertyvalue other ON other.organisation_id = t.organisation_id
            AND other.tracked_id = t.id AND other.value = ''
        WHERE t.organisation_id = %(organisation)s AND coalesce({context} ->> t.key, '') <> ''
    ) AS v
"""


def value_ids(context: str) -> str:
    chosen = ", ".join(
        f"max(coalesce(v.id, other.id)) FILTER (WHERE t.slot = {slot}) AS value_{slot}"
        for slot in SLOTS
    )
    return _VALUE_IDS.format(chosen=chosen, context=context, length=VALUE_LENGTH)


def new_values(source: str) -> str:
    """Register property values never seen before; `source` yields (id, context)."""
    return f"""
        WITH seen AS (
            SELECT DISTINCT t.id AS tracked_id, left(s.context ->> t.key, {VALUE_LENGTH}) AS value
            FROM ({source}) s
            JOIN metrics_trackedproperty t ON t.organisation_id = %(organisation)s
            WHERE coalesce(s.context ->> t.key, '') <> ''
        ), fresh AS (
            SELECT seen.*, row_number() OVER (PARTITION BY tracked_id ORDER BY value) AS place
            FROM seen WHERE NOT EXISTS (
                SELECT 1 FROM metrics_propertyvalue v WHERE v.organisation_id = %(organisation)s
                AND v.tracked_id = seen.tracked_id AND v.value = seen.value
            )
        ), held AS (
            SELECT tracked_id, count(*) AS n FROM metrics_propertyvalue
            WHERE organisation_id = %(organisation)s AND value <> '' GROUP BY tracked_id
        )
        INSERT INTO metrics_propertyvalue (organisation_id, tracked_id, value)
        SELECT DISTINCT %(organisation)s::bigint, tracked_id,
            CASE WHEN place + coalesce(held.n, 0) <= {VALUES_PER_PROPERTY} THEN value ELSE '' END
        FROM fresh LEFT JOIN held USING (tracked_id)
        ON CONFLICT (organisation_id, tracked_id, value) DO NOTHING
    """


def present_answers(which: str) -> str:
    """The scored answers as they are now; `which` narrows surveys_response r."""
    return f"""
        SELECT r.id AS response_id, {QUESTION.format(metric="r.metric")} AS question,
            p.kind = 'relational' AS is_relational, r.programme_id, r.touchpoint_id,
            {listed(VALUES, "v.")},
            r.customer_id, r.answered_at, r.local_on, r.score, r.standing
        FROM surveys_response r
        JOIN surveys_programme p ON p.id = r.programme_id
        {value_ids("r.context")}
        WHERE r.organisation_id = %(organisation)s AND r.score IS NOT NULL {which}
    """


def with_next(answers: str) -> str:
    """Add the day on which the same customer answered the same relational programme anew.

    Ordered by the local day first: after a change of time zone a later answer may bear an
    earlier day, and the formula for the latest needs days that never run backwards.
    """
    supersedes = "is_relational AND standing = 'counted' AND customer_id IS NOT NULL"
    return f"""
        SELECT {listed(ANSWER)}, CASE WHEN {supersedes} THEN lead(local_on) OVER (
            PARTITION BY programme_id, customer_id, ({supersedes})
            ORDER BY local_on, answered_at, response_id
        ) END AS next_on
        FROM ({answers}) AS answers
    """


# Of many invitations: the planner reads both tables at once.
_ANSWERED = "LEFT JOIN surveys_response r ON r.invitation_id = i.id AND r.score IS NOT NULL"
# Of a few: each looks its answer up, whatever statistics say of a new organisation's answers.
_ANSWERED_EACH = """
    LEFT JOIN LATERAL (
        SELECT standing FROM surveys_response
        WHERE organisation_id = (SELECT %(organisation)s::bigint) AND invitation_id = i.id
            AND score IS NOT NULL
        OFFSET 0
    ) AS r ON true
"""


def present_asks(which: str, *, are_few: bool = False) -> str:
    """What became of each invitation that was sent; only a counted answer is an answer.

    Of an anonymous one nobody can say it.
    """
    return f"""
        SELECT i.id AS invitation_id, {_ASKED} AS question,
            p.kind = 'relational' AS is_relational, i.programme_id, i.touchpoint_id,
            {listed(VALUES, "v.")}, i.sent_on,
            CASE
                WHEN r.standing = 'counted' AND i.finished_at IS NOT NULL THEN 'finished'
                WHEN r.standing = 'counted' THEN 'began'
                WHEN i.opted_out_at IS NOT NULL THEN 'opted_out'
                WHEN i.bounced_at IS NOT NULL THEN 'bounced'
                WHEN r.standing = 'suspect' THEN 'suspect'
                WHEN i.delivered_at IS NOT NULL THEN 'reached'
                ELSE 'silent'
            END AS outcome
        FROM surveys_invitation i
        JOIN surveys_programme p ON p.id = i.programme_id
        JOIN surveys_survey s ON s.id = p.survey_id
        JOIN surveys_surveyversion a ON a.id = i.survey_version_id
        {_ANSWERED_EACH if are_few else _ANSWERED}
        {value_ids("i.context")}
        WHERE i.organisation_id = %(organisation)s AND i.sent_on IS NOT NULL
            AND NOT i.is_test AND NOT i.is_anonymous {which}
    """
