"""Compare the cells with the answers they were counted from, and say where they differ."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from dataclasses import dataclass
from typing import Any

from django.db import connection

from metrics.queries import counting as sql

_EXAMPLES = 20


@dataclass(frozen=True)
class Differences:
    """What is not as the answers say; all zero and empty is as it should be."""

    answers: int
    asks: int
    cells: int
    superseded: int
    superseded_weeks: int
    ask_cells: int
    response_ids: tuple[int, ...] = ()
    invitation_ids: tuple[int, ...] = ()

    @property
    def found(self) -> bool:
        return any(count for count in vars(self).values() if isinstance(count, int))


def _rows(key: str, row: list[str], expected: str, table: str) -> str:
    """The keys of counted rows that are missing, left over or not as they should be."""
    names = sql.listed(row)
    held = f"SELECT {names} FROM {table} WHERE organisation_id = %(organisation)s"
    return f"""
        WITH expected AS MATERIALIZED (SELECT {names} FROM ({expected}) AS e),
        differing AS (
            SELECT {key} FROM (SELECT * FROM expected EXCEPT {held}) AS missing
            UNION
            SELECT {key} FROM ({held} EXCEPT SELECT * FROM expected) AS left_over
        )
        SELECT count(*), coalesce((array_agg({key} ORDER BY {key}))[:{_EXAMPLES}], '{{}}')
        FROM differing
    """


def _cells(kept: sql.Kept, pair: tuple[int, int]) -> str:
    """How many cells of a pair do not hold the sum of the counted rows that belong to them."""
    key = sql.listed(kept.columns[: -len(kept.names)])
    minus = ", ".join(f"-{name}" for name in kept.names)
    differs = " OR ".join(f"sum({name}) <> 0" for name in kept.names)
    return f"""
        SELECT count(*) FROM (
            SELECT 1 FROM (
                {kept.recount(pair)}
                UNION ALL
                SELECT {key}, {minus} FROM {kept.table}
                WHERE organisation_id = %(organisation)s
                    AND dim_1 = {pair[0]} AND dim_2 = {pair[1]}
            ) AS both_sides
            GROUP BY {key} HAVING {differs}
        ) AS differing
    """


_DIFFERING_ANSWERS = _rows(
    "response_id",
    sql.ANSWER_ROW,
    sql.expected_answers(sql.with_next(sql.present_answers(""))),
    "metrics_countedanswer",
)
_DIFFERING_ASKS = _rows(
    "invitation_id",
    sql.ASK_ROW,
    sql.present_asks(""),
    "metrics_countedask",
)
_KEPT = {
    "cells": sql.CELLS,
    "superseded": sql.SUPERSEDED,
    "superseded_weeks": sql.SUPERSEDED_WEEKS,
    "ask_cells": sql.ASK_CELLS,
}


def compare_cells(*, organisation_id: int) -> Differences:
    """Recount and report what differs; nothing is changed.

    In two steps that together say "the cells equal the answers": counted rows against the
    answers, one by one, and cells against the counted rows, one pair of dimensions after
    the other, so that ten million answers need no more memory than ten thousand. Each
    statement sees one moment, and a fold is one statement: nobody has to wait meanwhile.
    """
    answers, response_ids = _one(_DIFFERING_ANSWERS, organisation_id)
    asks, invitation_ids = _one(_DIFFERING_ASKS, organisation_id)
    cells = {
        name: sum(_one(_cells(kept, pair), organisation_id)[0] for pair in kept.pairs())
        for name, kept in _KEPT.items()
    }
    return Differences(
        answers=answers,
        asks=asks,
        response_ids=tuple(response_ids),
        invitation_ids=tuple(invitation_ids),
        **cells,
    )


def _one(query: str, organisation_id: int) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"organisation": organisation_id, **sql.cuts()})
        row: tuple[Any, ...] = cursor.fetchone()
    return row
