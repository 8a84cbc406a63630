"""Compare the cells with the answers they were counted from, and say where they differ."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from metrics.actions.folding import hold_cells
from metrics.queries import counting as sql

_EXAMPLES = 20


@dataclass(frozen=True)
class Differences:
    """What is not as the answers say; all zero and empty is as it should be."""

    answers: int
    asks: int
    cells: int
    superseded: int
    ask_cells: int
    response_ids: tuple[int, ...] = ()
    invitation_ids: tuple[int, ...] = ()

    @property
    def found(self) -> bool:
        return any((self.answers, self.asks, self.cells, self.superseded, self.ask_cells))


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


def _cells(table: str, expected: str, changes: str, days: list[str], counts: list[str]) -> str:
    """How many cells do not hold the sum of the answers that belong to them."""
    key = sql.listed([*sql.KEY, *days])
    minus = ", ".join(f"-{name} AS {name}" for name in counts)
    differs = " OR ".join(f"sum({name}) <> 0" for name in counts)
    return f"""
        WITH rows AS MATERIALIZED (SELECT 1 AS sign, e.* FROM ({expected}) AS e)
        SELECT count(*) FROM (
            SELECT 1 FROM (
                SELECT {key}, {sql.listed(counts)} FROM ({changes}) AS due
                UNION ALL
                SELECT {key}, {minus} FROM {table} WHERE organisation_id = %(organisation)s
            ) AS both_sides
            GROUP BY {key} HAVING {differs}
        ) AS differing
    """


_ANSWERS = sql.with_next(sql.present_answers(""))
_ASKS = sql.present_asks("")
_DIFFERING_ANSWERS = _rows(
    "response_id", [*sql.ANSWER, "next_on"], _ANSWERS, "metrics_countedanswer"
)
_DIFFERING_ASKS = _rows(
    "invitation_id",
    ["invitation_id", *sql.PLACED, "sent_on", "outcome"],
    _ASKS,
    "metrics_countedask",
)
_DIFFERING_CELLS = {
    "cells": _cells(
        "metrics_cell", _ANSWERS, sql.cell_changes("rows"), ["local_on", "standing"], sql.SCORES
    ),
    "superseded": _cells(
        "metrics_superseded",
        _ANSWERS,
        sql.superseded_changes("rows"),
        ["local_on", "next_on"],
        sql.SCORES,
    ),
    "ask_cells": _cells(
        "metrics_askcell", _ASKS, sql.ask_changes("rows"), ["sent_on"], sql.OUTCOMES
    ),
}


def compare_cells(*, organisation_id: int) -> Differences:
    """Recount from the answers and report what differs; nothing is changed."""
    with transaction.atomic():
        hold_cells(organisation_id=organisation_id)
        answers, response_ids = _one(_DIFFERING_ANSWERS, organisation_id)
        asks, invitation_ids = _one(_DIFFERING_ASKS, organisation_id)
        cells = {name: _one(query, organisation_id)[0] for name, query in _DIFFERING_CELLS.items()}
    return Differences(
        answers=answers,
        asks=asks,
        response_ids=tuple(response_ids),
        invitation_ids=tuple(invitation_ids),
        **cells,
    )


def _one(query: str, organisation_id: int) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"organisation": organisation_id})
        row: tuple[Any, ...] = cursor.fetchone()
    return row
