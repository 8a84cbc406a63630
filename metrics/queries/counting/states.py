"""How a customer was served before a relational answer: good, poor or unrated.

Each counted service answer of hers in the days before is a vote, satisfied or not by the cut of
its own definition; more than half satisfied is good, and a tie goes to the newest.
"""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from typing import Any

from metrics.queries.counting.rows import STATES
from metrics.rules.dimensions import GOOD, POOR, STATE_DAYS, UNRATED
from metrics.statistics.definitions import DEFAULTS

LONGEST = max(STATE_DAYS.values())


def days(number: int) -> str:
    # In hours: a day of the session's time zone may have 23 of them.
    return f"make_interval(hours => {number * 24})"


def cuts() -> dict[str, Any]:
    """The values that `votes` needs: the cuts where the organisation has defined none."""
    cut = {one.question: one.cut for one in DEFAULTS.values() if one.cut is not None}
    return {"cut_questions": list(cut), "cuts": list(cut.values())}


# From which score on an answer is satisfied, by the newest definition of its metric. Read in the
# statement that judges: no fold can then judge by a cut that is no longer the one that counts.
_CUTS = """
    SELECT u.question, coalesce((
        SELECT d.cut FROM metrics_definition d
        WHERE d.organisation_id = %(organisation)s AND d.kind = split_part(u.question, ' ', 1)
        ORDER BY d.version DESC LIMIT 1
    ), u.cut) AS cut
    FROM unnest(%(cut_questions)s::text[], %(cuts)s::int[]) AS u (question, cut)
    OFFSET 0  -- looked up once for each question, not once for each answer
"""


def votes(answers: str) -> str:
    """The service answers among rows of answers, each +1 or -1, and which is the newest."""
    return f"""
        SELECT a.customer_id, a.answered_at,
            CASE WHEN a.score >= k.cut THEN 1 ELSE -1 END AS vote,
            ARRAY[(extract(epoch FROM a.answered_at) * 1000000)::bigint, a.response_id,
                (a.score >= k.cut)::int] AS newest
        FROM {answers} a
        JOIN ({_CUTS}) AS k ON k.question = a.question
        JOIN surveys_touchpoint t ON t.id = a.touchpoint_id AND t.kind = 'service'
        WHERE NOT a.is_relational AND a.standing = 'counted' AND a.customer_id IS NOT NULL
    """


def _state(balance: str, number: str) -> str:
    return f"""CASE WHEN {number} = 0 THEN {UNRATED}
        WHEN {balance} > 0 OR {balance} = 0 AND newest[3] = 1 THEN {GOOD} ELSE {POOR} END"""


def states_by_frames(answers: str, voted: str) -> str:
    """The states of the relational rows among `answers`, by windows of so many days."""
    frames = ", ".join(
        # The day N days before does not belong to it, to the microsecond.
        f"w{number} AS (of_customer RANGE BETWEEN {days(number)} - interval '1 microsecond'"
        " PRECEDING AND CURRENT ROW)"
        for number in STATE_DAYS.values()
    )
    sums = ", ".join(
        f"sum(vote) OVER w{number} AS balance_{number}, count(vote) OVER w{number} AS n_{number}"
        for number in STATE_DAYS.values()
    )
    states = ", ".join(
        f"{_state(f'balance_{number}', f'n_{number}')} AS service_state_{number}"
        for number in STATE_DAYS.values()
    )
    return f"""
        SELECT response_id, {states} FROM (
            SELECT response_id, {sums},
                max(newest) OVER (of_customer RANGE UNBOUNDED PRECEDING) AS newest
            FROM (
                SELECT response_id, customer_id, answered_at, NULL::int AS vote,
                    NULL::bigint[] AS newest
                FROM {answers} WHERE is_relational AND customer_id IS NOT NULL
                UNION ALL
                SELECT NULL, customer_id, answered_at, vote, newest FROM {voted}
            ) AS lived
            WINDOW of_customer AS (PARTITION BY customer_id ORDER BY answered_at), {frames}
        ) AS judged WHERE response_id IS NOT NULL
    """


def states_by_running_sums(answers: str) -> str:
    """The same by other means, to check by: the sum up to the answer minus the sum before."""
    reaches = ", ".join(f"({number})" for number in (0, *STATE_DAYS.values()))

    def upto(name: str, number: int) -> str:
        return f"max({name}) FILTER (WHERE reach = {number})"

    sums = ", ".join(
        f"{upto('balance', 0)} - {upto('balance', number)} AS balance_{number},"
        f"{upto('n', 0)} - {upto('n', number)} AS n_{number}"
        for number in STATE_DAYS.values()
    )
    states = ", ".join(
        f"{_state(f'balance_{number}', f'n_{number}')} AS service_state_{number}"
        for number in STATE_DAYS.values()
    )
    return f"""
        SELECT response_id, {states} FROM (
            SELECT response_id, {sums}, max(newest) AS newest
            FROM (
                SELECT response_id, reach, coalesce(sum(vote) OVER so_far, 0) AS balance,
                    count(vote) OVER so_far AS n,
                    CASE WHEN reach = 0 THEN max(newest) OVER so_far END AS newest
                FROM (
                    SELECT a.response_id, r.reach, a.customer_id,
                        a.answered_at - make_interval(hours => 24 * r.reach) AS at,
                        NULL::int AS vote, NULL::bigint[] AS newest
                    FROM {answers} a CROSS JOIN (VALUES {reaches}) AS r (reach)
                    WHERE a.is_relational AND a.customer_id IS NOT NULL
                    UNION ALL
                    SELECT NULL, NULL, v.customer_id, v.answered_at, v.vote, v.newest
                    FROM ({votes(answers)}) AS v
                ) AS lived
                WINDOW so_far AS (PARTITION BY customer_id ORDER BY at)
            ) AS summed
            WHERE response_id IS NOT NULL GROUP BY response_id
        ) AS judged
    """


def rejudged(answers: str, judged: str) -> str:
    """Rows of answers with their states; nobody's relational answer is unrated."""
    states = ", ".join(
        f"CASE WHEN is_relational THEN coalesce(j.{name}, {UNRATED})::smallint END AS {name}"
        for name in STATES
    )
    return f"""
        SELECT a.*, {states} FROM {answers} a
        LEFT JOIN ({judged}) AS j USING (response_id)
    """


def expected_answers(present: str) -> str:
    """All that the counted rows should hold, from rows that know their next day."""
    return f"""
        WITH answers AS MATERIALIZED ({present})
        {rejudged("answers", states_by_running_sums("answers"))}
    """
