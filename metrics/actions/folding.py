"""Fold answers and invitations into the cells: add what is now, take off what was counted."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection, transaction

from metrics.queries import counting as sql

_ANSWER_ROW = [*sql.ANSWER, "next_on"]
_ASK_ROW = ["invitation_id", *sql.PLACED, "sent_on", "outcome"]


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


def _remember(table: str, row: list[str]) -> str:
    """Make the counted rows say what the cells now hold."""
    key, kept = row[0], ", ".join(f"{name} = EXCLUDED.{name}" for name in row[1:])
    return f"""
        forgotten AS (
            DELETE FROM {table} WHERE organisation_id = %(organisation)s AND {key} IN (
                SELECT {key} FROM before EXCEPT SELECT {key} FROM after
            )
        ), remembered AS (
            INSERT INTO {table} (organisation_id, {sql.listed(row)})
            SELECT %(organisation)s::bigint, {sql.listed(row)} FROM moved WHERE sign = 1
            ON CONFLICT (organisation_id, {key}) DO UPDATE SET {kept}
        )
    """


# One statement, so that it sees one moment: `before` is what the cells hold, `after` what the
# answers say. A relational answer also moves its neighbours, the same customer's others in the
# programme, because which of them is the latest may change.
_FOLD_ANSWERS = f"""
    WITH present AS MATERIALIZED ({sql.present_answers("AND r.id = ANY(%(ids)s::bigint[])")}),
    people AS (
        SELECT programme_id, customer_id FROM present
        WHERE is_relational AND customer_id IS NOT NULL
        UNION
        SELECT programme_id, customer_id FROM metrics_countedanswer
        WHERE organisation_id = %(organisation)s AND response_id = ANY(%(ids)s::bigint[])
            AND is_relational AND customer_id IS NOT NULL
    ), touched AS (
        SELECT unnest(%(ids)s::bigint[]) AS response_id
        UNION
        SELECT c.response_id FROM people JOIN metrics_countedanswer c
            ON c.organisation_id = %(organisation)s AND c.programme_id = people.programme_id
            AND c.customer_id = people.customer_id AND c.is_relational
    ), before AS MATERIALIZED (
        SELECT c.* FROM touched JOIN metrics_countedanswer c
            ON c.organisation_id = %(organisation)s AND c.response_id = touched.response_id
    ), answers AS (
        SELECT {sql.listed(sql.ANSWER)} FROM present
        UNION ALL
        SELECT {sql.listed(sql.ANSWER)} FROM before WHERE response_id <> ALL(%(ids)s::bigint[])
    ), after AS MATERIALIZED ({sql.with_next("SELECT * FROM answers")}),
    moved AS MATERIALIZED ({_moved(_ANSWER_ROW)}),
    {_remember("metrics_countedanswer", _ANSWER_ROW)},
    cell_changes AS ({sql.CELLS.changes("moved")}),
    superseded_changes AS ({sql.SUPERSEDED.changes("moved")}),
    superseded AS ({sql.SUPERSEDED.add("superseded_changes")})
    {sql.CELLS.add("cell_changes")}
"""

_FOLD_ASKS = f"""
    WITH after AS MATERIALIZED ({sql.present_asks("AND i.id = ANY(%(ids)s::bigint[])")}),
    before AS MATERIALIZED (
        SELECT * FROM metrics_countedask
        WHERE organisation_id = %(organisation)s AND invitation_id = ANY(%(ids)s::bigint[])
    ),
    moved AS MATERIALIZED ({_moved(_ASK_ROW)}),
    {_remember("metrics_countedask", _ASK_ROW)},
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


def fold_asks(*, organisation_id: int, invitation_ids: Collection[int]) -> None:
    """Bring the ask cells up to date with these invitations."""
    ids = sorted(set(invitation_ids))
    if ids:
        _run(organisation_id, "surveys_invitation", ids, _FOLD_ASKS)


def _run(organisation_id: int, table: str, ids: list[int], fold: str) -> None:
    given: Mapping[str, Any] = {"organisation": organisation_id, "ids": ids}
    contexts = (
        f"SELECT id, context FROM {table}"
        " WHERE organisation_id = %(organisation)s AND id = ANY(%(ids)s::bigint[])"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        hold_cells(organisation_id=organisation_id)
        cursor.execute(sql.new_values(contexts), given)
        cursor.execute(fold, given)


def hold_cells(*, organisation_id: int) -> None:
    """Let nobody else fold for this organisation until the transaction ends.

    Two folds of one answer that both saw it uncounted would count it twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('metrics.cells', %s))",
            [organisation_id],
        )
