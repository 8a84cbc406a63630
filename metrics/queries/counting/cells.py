"""Tables of cells: where a counted row belongs in them, and how changes are added to them."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.queries.counting.rows import OUTCOMES, SCORES, listed
from metrics.rules.dimensions import (
    FIRST_OF_ASKS,
    NONE,
    TOGETHER,
    columns,
    pairs,
    state_columns,
)

assert TOGETHER == 2  # the pairs are written for two

KEY = ["question", "is_relational", "dim_1", "dim_2", "value_1", "value_2"]


def places(rows: str, named: Mapping[int, str], kept: list[tuple[int, int]]) -> str:
    """Each row once for every cell it belongs to: none, one and two of its dimensions."""
    values = {NONE: "0::bigint", **{dim: f"c.{name}::bigint" for dim, name in named.items()}}
    every = ", ".join(f"({one}, {two}, {values[one]}, {values[two]})" for one, two in kept)
    return f"""
        SELECT c.*, p.* FROM {rows} c
        CROSS JOIN LATERAL (VALUES {every}) AS p (dim_1, dim_2, key_1, key_2)
        WHERE p.key_1 IS NOT NULL AND p.key_2 IS NOT NULL
    """


def tally(placed: str, *, days: list[str], by: str, names: dict[str, str], where: str = "") -> str:
    """Sum the signs of placed rows into one row a cell; cells that do not change are left out.

    `names` gives for each column the literal of `by` that it counts.
    """
    key = "question, is_relational, dim_1, dim_2, key_1, key_2"
    counted = ", ".join(
        f"coalesce(sum(moved) FILTER (WHERE {by} = {literal}), 0)::int AS {column}"
        for column, literal in names.items()
    )
    return f"""
        SELECT %(organisation)s::bigint AS organisation_id, question, is_relational,
            dim_1, dim_2, key_1 AS value_1, key_2 AS value_2, {listed(days)}, {counted}
        FROM (
            SELECT {key}, {listed(days)}, {by}, sum(sign) AS moved
            FROM ({placed}) AS placed {where}
            GROUP BY {key}, {listed(days)}, {by} HAVING sum(sign) <> 0
        ) AS moves
        GROUP BY {key}, {listed(days)}
    """


def add(table: str, changes: str, *, days: list[str], counts: list[str]) -> str:
    """Add changes to a table of cells, in one order so that two folds cannot lock crosswise."""
    key = ["organisation_id", *KEY, *days]
    summed = ", ".join(f"{name} = {table}.{name} + EXCLUDED.{name}" for name in counts)
    return f"""
        INSERT INTO {table} ({listed([*key, *counts])})
        SELECT {listed([*key, *counts])} FROM {changes} ORDER BY {listed(key)}
        ON CONFLICT ({listed(key)}) DO UPDATE SET {summed}
    """


@dataclass(frozen=True)
class Kept:
    """A table of cells: from which counted rows it comes, by which days, counting what."""

    table: str
    rows: str
    days: list[str]
    by: str
    names: dict[str, str]
    where: str = ""
    named: Mapping[int, str] = field(default_factory=columns)
    first_up_to: int = max(columns())

    def pairs(self) -> list[tuple[int, int]]:
        """Every pair of dimensions that it has cells for: none, one, two."""
        return [pair for pair in pairs(self.named) if pair[0] <= self.first_up_to]

    def changes(self, moved: str) -> str:
        """What signed rows change in it."""
        placed = places(moved, self.named, self.pairs())
        where = f"WHERE {self.where}" if self.where else ""
        return tally(placed, days=self.days, by=self.by, names=self.names, where=where)

    def add(self, changes: str) -> str:
        return add(self.table, changes, days=self.days, counts=list(self.names))

    @property
    def columns(self) -> list[str]:
        return ["organisation_id", *KEY, *self.days, *self.names]

    def recount(self, pair: tuple[int, int]) -> str:
        """All its cells of one pair of dimensions, straight from the counted rows."""
        values = {NONE: "0", **self.named}
        first, second = (f"{values[dimension]}::bigint" for dimension in pair)
        present = [f"{values[dimension]} IS NOT NULL" for dimension in pair if dimension]
        counted = ", ".join(
            f"count(*) FILTER (WHERE {self.by} = {literal})::int AS {column}"
            for column, literal in self.names.items()
        )
        narrowed = " AND ".join(
            ["organisation_id = %(organisation)s", *present, *filter(None, [self.where])]
        )
        return f"""
            SELECT organisation_id, question, is_relational, {pair[0]}::smallint AS dim_1,
                {pair[1]}::smallint AS dim_2, {first} AS value_1, {second} AS value_2,
                {listed(self.days)}, {counted}
            FROM {self.rows} WHERE {narrowed}
            GROUP BY organisation_id, question, is_relational, 6, 7, {listed(self.days)}
        """


_BY_SCORE = {name: str(score) for score, name in enumerate(SCORES)}
_BY_OUTCOME = {name: f"'{name}'" for name in OUTCOMES}
_OF_ANSWERS = {**columns(), **state_columns()}

CELLS = Kept(
    "metrics_cell",
    "metrics_countedanswer",
    ["local_on", "standing"],
    "score",
    _BY_SCORE,
    named=_OF_ANSWERS,
)
SUPERSEDED = Kept(
    "metrics_superseded",
    "metrics_countedanswer",
    ["local_on", "next_on"],
    "score",
    _BY_SCORE,
    where="next_on IS NOT NULL",
    named=_OF_ANSWERS,
)
ASK_CELLS = Kept(
    "metrics_askcell",
    "metrics_countedask",
    ["sent_on"],
    "outcome",
    _BY_OUTCOME,
    first_up_to=FIRST_OF_ASKS,
)
