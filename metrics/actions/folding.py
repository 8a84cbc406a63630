"""Fold answers and invitations into the cells: add what is now, take off what was counted."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection, transaction

from kit.failpoints import failpoint
from metrics.queries import counting as sql


def _moved(row: list[str]) -> str:
    """What differs between before and after, with its sign; unchanged rows cost nothing."""
    return f"""
        SELECT -1 AS sign, lost.* FROM (
            SELECT {sql.listed(row)} FROM before EXCEPT SELECT {sql.listed(row)} FROM after
        ) AS lost
        UNION ALL
        SELECT 1, gained.* FROM (
            SELECT {sql.listed(row)} FROM after EXCEPT SELECT {sql.listed(row)} FROM before
        ) AS gained
    """


def _rows_of(table: str, which: str, columns: str = "*") -> str:
    """Join the organisation's rows of a table, looked up by their key once for each, as `c`.

    Said so, not left to the planner: where an organisation is new among large ones no statistics
    speak of it, all of its rows look as near as one, and each lookup would read them all.
    """
    return f"""
        CROSS JOIN LATERAL (
            SELECT {columns} FROM {table}
            WHERE organisation_id = (SELECT %(organisation)s::bigint) AND {which}
            OFFSET 0
        ) AS c
    """


def _counted_of(people: str, which: str) -> str:
    """Join the counted answers of each of these people as `c`."""
    return _rows_of("metrics_countedanswer", f"customer_id = {people}.customer_id AND {which}")


def _remember(table: str, row: list[str]) -> str:
    """Make the counted rows say what the cells now hold."""
    key, kept = row[0], ", ".join(f"{name} = EXCLUDED.{name}" for name in row[1:])
    return f"""
        forgotten AS (
            DELETE FROM {table} WHERE ctid = ANY(ARRAY(
                SELECT c.ctid
                FROM (SELECT {key} FROM before EXCEPT SELECT {key} FROM after) AS lost
                {_rows_of(table, f"{key} = lost.{key}", "ctid")}
            ))
        ), remembered AS (
            INSERT INTO {table} (organisation_id, {sql.listed(row)})
            SELECT %(organisation)s::bigint, {sql.listed(row)} FROM moved WHERE sign = 1
            ON CONFLICT (organisation_id, {key}) DO UPDATE SET {kept}
        )
    """


# A vote is cast, changed or taken back: the relational answers of a year after it hear of it.
_REVOTED = """
    SELECT customer_id, answered_at FROM (
        (SELECT {vote} FROM present EXCEPT SELECT {vote} FROM held)
        UNION ALL
        (SELECT {vote} FROM held EXCEPT SELECT {vote} FROM present)
    ) AS votes
    WHERE NOT is_relational AND customer_id IS NOT NULL AND touchpoint_id IS NOT NULL
""".format(
    vote="response_id, is_relational, customer_id, answered_at, touchpoint_id, question, score,"
    " standing"
)
_AFTER_A_VOTE = (
    "is_relational AND answered_at >= v.answered_at"
    f" AND answered_at < v.answered_at + {sql.days(sql.LONGEST)}"
)
_MOVED_PEOPLE = f"""
    SELECT customer_id FROM present WHERE is_relational AND customer_id IS NOT NULL
    UNION
    SELECT customer_id FROM held WHERE is_relational AND customer_id IS NOT NULL
    UNION
    SELECT c.customer_id FROM ({_REVOTED}) AS v {_counted_of("v", _AFTER_A_VOTE)}
"""


def _fold_answers(people: str) -> str:
    """Fold the answers with these ids, and all relational ones of the people they concern.

    One statement, so that it sees one moment: `before` is what the cells hold, `after` what
    the answers say. A relational answer also moves its neighbours, the same customer's others,
    because which of them is the latest may change; a service answer how she was served before.
    Both are told from counted rows alone: whatever happened between two folds, an answer's
    neighbours are those of the row that was counted and of the row that is counted now.
    """
    others = "response_id <> ALL(%(ids)s::bigint[])"
    rated = f"answered_at > since AND answered_at <= until AND NOT is_relational AND {others}"
    return f"""
        WITH present AS MATERIALIZED ({sql.present_answers("AND r.id = ANY(%(ids)s::bigint[])")}),
        held AS MATERIALIZED (
            SELECT c.* FROM unnest(%(ids)s::bigint[]) AS wanted (id)
            {_rows_of("metrics_countedanswer", "response_id = wanted.id")}
        ), people AS MATERIALIZED ({people}),
        before AS MATERIALIZED (
            SELECT * FROM held
            UNION ALL
            SELECT c.* FROM people {_counted_of("people", f"is_relational AND {others}")}
        ), answers AS MATERIALIZED (
            SELECT {sql.listed(sql.ANSWER)} FROM present
            UNION ALL
            SELECT {sql.listed(sql.ANSWER)} FROM before WHERE {others}
        ), raters AS (
            SELECT customer_id, min(answered_at) - {sql.days(sql.LONGEST)} AS since,
                max(answered_at) AS until
            FROM answers WHERE is_relational AND customer_id IS NOT NULL GROUP BY customer_id
        ), rated AS (
            SELECT p.* FROM raters JOIN present p USING (customer_id)
            UNION ALL
            SELECT {sql.listed(sql.ANSWER, "c.")} FROM raters {_counted_of("raters", rated)}
        ), votes AS ({sql.votes("rated")}),
        following AS MATERIALIZED ({sql.with_next("SELECT * FROM answers")}),
        after AS MATERIALIZED (
            {sql.rejudged("following", sql.states_by_frames("following", "votes"))}
        ),
        moved AS MATERIALIZED ({_moved(sql.ANSWER_ROW)}),
        {_remember("metrics_countedanswer", sql.ANSWER_ROW)},
        cell_changes AS ({sql.CELLS.changes("moved")}),
        superseded_changes AS ({sql.SUPERSEDED.changes("moved")}),
        superseded AS ({sql.SUPERSEDED.add("superseded_changes")}),
        week_changes AS ({sql.SUPERSEDED_WEEKS.changes_of("superseded_changes")}),
        weeks AS ({sql.SUPERSEDED_WEEKS.add("week_changes")})
        {sql.CELLS.add("cell_changes")}
    """


_FOLD_ANSWERS = _fold_answers(_MOVED_PEOPLE)
_RECOUNT_STATES = _fold_answers("""
    SELECT DISTINCT customer_id FROM metrics_countedanswer
    WHERE organisation_id = %(organisation)s AND customer_id IS NOT NULL
        AND CASE WHEN %(touchpoints)s::bigint[] IS NULL THEN is_relational
            ELSE touchpoint_id = ANY(%(touchpoints)s::bigint[]) END
""")

_FOLD_ASKS = f"""
    WITH after AS MATERIALIZED (
        {sql.present_asks("AND i.id = ANY(%(ids)s::bigint[])", are_few=True)}
    ),
    before AS MATERIALIZED (
        SELECT c.* FROM unnest(%(ids)s::bigint[]) AS wanted (id)
        {_rows_of("metrics_countedask", "invitation_id = wanted.id")}
    ),
    moved AS MATERIALIZED ({_moved(sql.ASK_ROW)}),
    {_remember("metrics_countedask", sql.ASK_ROW)},
    ask_changes AS ({sql.ASK_CELLS.changes("moved")})
    {sql.ASK_CELLS.add("ask_changes")}
"""


def fold_answers(*, organisation_id: int, response_ids: Collection[int]) -> None:
    """Bring the cells up to date with these answers, whatever happened to them.

    May run twice, in any order and for answers that are gone: it looks at what is true now.
    """
    ids = sorted(set(response_ids))
    if ids:
        _run(organisation_id, "surveys_response", ids, _FOLD_ANSWERS)


def recount_states(*, organisation_id: int, touchpoint_ids: Collection[int] | None = None) -> None:
    """Judge anew how customers were served before their relational answers.

    For when what counts as service or as satisfied has changed: at these touchpoints, whose
    customers alone are looked at, or everywhere.
    """
    touchpoints = None if touchpoint_ids is None else sorted(set(touchpoint_ids))
    with transaction.atomic(), connection.cursor() as cursor:
        hold_cells(organisation_id=organisation_id)
        given: dict[str, Any] = {
            "organisation": organisation_id,
            "ids": [],
            "touchpoints": touchpoints,
        }
        cursor.execute(_RECOUNT_STATES, {**given, **sql.cuts()})


def fold_asks(*, organisation_id: int, invitation_ids: Collection[int]) -> None:
    """Bring the ask cells up to date with these invitations."""
    ids = sorted(set(invitation_ids))
    if ids:
        _run(organisation_id, "surveys_invitation", ids, _FOLD_ASKS)


def _run(organisation_id: int, table: str, ids: list[int], fold: str) -> None:
    given: Mapping[str, Any] = {"organisation": organisation_id, "ids": ids, **sql.cuts()}
    contexts = (
        f"SELECT id, context FROM {table}"
        " WHERE organisation_id = %(organisation)s AND id = ANY(%(ids)s::bigint[])"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        hold_cells(organisation_id=organisation_id)
        failpoint("fold.begun")
        cursor.execute(sql.new_values(contexts), given)
        failpoint("fold.named")
        cursor.execute(fold, given)
        failpoint("fold.counted")


def hold_cells(*, organisation_id: int) -> None:
    """Let nobody else fold for this organisation until the transaction ends.

    Two folds of one answer that both saw it uncounted would count it twice. What is counted
    under it may sort and hash in memory: two thousand answers stand in a hundred thousand cells.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('work_mem', '64MB', true),"
            " pg_advisory_xact_lock(hashtextextended('metrics.cells', %s))",
            [organisation_id],
        )
