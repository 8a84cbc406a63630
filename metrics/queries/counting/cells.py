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


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A table of cells: from which counted rows it comes, by which days, counting what.

    `days` gives for each day of the key the expression it is counted from, `names` for each
    column the literal of `by` that it counts.
    """

    table: str
    rows: str
    days: Mapping[str, str]
    by: str
    names: Mapping[str, str]
    where: str = "TRUE"
    named: Mapping[int, str] = field(default_factory=columns)
    first_up_to: int = max(columns())

    @property
    def key(self) -> list[str]:
        return ["organisation_id", *KEY, *self.days]

    @property
    def columns(self) -> list[str]:
        return [*self.key, *self.names]

    def pairs(self) -> list[tuple[int, int]]:
        """Every pair of dimensions that it has cells for: none, one, two."""
        return [pair for pair in pairs(self.named) if pair[0] <= self.first_up_to]

    def changes(self, moved: str) -> str:
        """Sum signed rows into one row a cell; cells that do not change are left out."""
        key = listed([*KEY, *self.days])
        counted = ", ".join(
            f"coalesce(sum(moved) FILTER (WHERE {self.by} = {literal}), 0)::int AS {column}"
            for column, literal in self.names.items()
        )
        # Materialized, so that the many rows are hashed: the planner, who expects few, would sort
        # them by eight columns for the sake of the grouping that follows.
        return f"""
            WITH moves AS MATERIALIZED (
                SELECT {key}, {self.by}, sum(sign) AS moved FROM ({self._places(moved)}) AS placed
                GROUP BY {key}, {self.by} HAVING sum(sign) <> 0
            )
            SELECT %(organisation)s::bigint AS organisation_id, {key}, {counted}
            FROM moves GROUP BY {key}
        """

    def _places(self, moved: str) -> str:
        """Each row once for every cell it belongs to: none, one and two of its dimensions."""
        values = {
            NONE: "0::bigint",
            **{dim: f"c.{name}::bigint" for dim, name in self.named.items()},
        }
        every = ", ".join(f"({a}, {b}, {values[a]}, {values[b]})" for a, b in self.pairs())
        kept = listed(["question", "is_relational", self.by, *self.named.values()])
        days = listed(self.days)
        # What moves in one table stays in another: an answer that is superseded from now on
        # stands in the same cells as before. Left out before it is placed in forty of them.
        return f"""
            SELECT question, is_relational, p.*, {days}, {self.by}, sign FROM (
                SELECT {kept}, {self._dated()}, sum(sign) AS sign
                FROM {moved} WHERE {self.where} GROUP BY {kept}, {self._dates()}
                HAVING sum(sign) <> 0
            ) AS c
            CROSS JOIN LATERAL (VALUES {every}) AS p (dim_1, dim_2, value_1, value_2)
            WHERE p.value_1 IS NOT NULL AND p.value_2 IS NOT NULL
        """

    def _dates(self) -> str:
        return listed(self.days.values())

    def _dated(self) -> str:
        return ", ".join(f"{day} AS {name}" for name, day in self.days.items())

    def changes_of(self, finer: str) -> str:
        """The same from changes of a table with finer days of the same names."""
        summed = ", ".join(f"sum({name})::int AS {name}" for name in self.names)
        changed = " OR ".join(f"sum({name}) <> 0" for name in self.names)
        return f"""
            SELECT organisation_id, {listed(KEY)}, {self._dated()}, {summed} FROM {finer}
            GROUP BY organisation_id, {listed(KEY)}, {self._dates()} HAVING {changed}
        """

    def add(self, changes: str) -> str:
        """Add changes to the cells, in one order so that two folds cannot lock crosswise."""
        summed = ", ".join(f"{name} = {self.table}.{name} + EXCLUDED.{name}" for name in self.names)
        return f"""
            INSERT INTO {self.table} ({listed(self.columns)})
            SELECT {listed(self.columns)} FROM {changes} ORDER BY {listed(self.key)}
            ON CONFLICT ({listed(self.key)}) DO UPDATE SET {summed}
        """

    def recount(self, pair: tuple[int, int]) -> str:
        """All its cells of one pair of dimensions, straight from the counted rows."""
        values = {NONE: "0", **self.named}
        first, second = (f"{values[dimension]}::bigint" for dimension in pair)
        present = [f"{values[dimension]} IS NOT NULL" for dimension in pair if dimension]
        counted = ", ".join(
            f"count(*) FILTER (WHERE {self.by} = {literal})::int AS {column}"
            for column, literal in self.names.items()
        )
        narrowed = " AND ".join(["organisation_id = %(organisation)s", *present, self.where])
        days = listed(str(place) for place in range(8, 8 + len(self.days)))
        return f"""
            SELECT organisation_id, question, is_relational, {pair[0]}::smallint AS dim_1,
                {pair[1]}::smallint AS dim_2, {first} AS value_1, {second} AS value_2,
                {self._dated()}, {counted}
            FROM {self.rows} WHERE {narrowed}
            GROUP BY organisation_id, question, is_relational, 6, 7, {days}
        """


def _monday(day: str) -> str:
    return f"({day} - extract(isodow FROM {day})::int + 1)"


_BY_SCORE = {name: str(score) for score, name in enumerate(SCORES)}
_BY_OUTCOME = {name: f"'{name}'" for name in OUTCOMES}
_OF_ANSWERS = {**columns(), **state_columns()}

CELLS = Kept(
    table="metrics_cell",
    rows="metrics_countedanswer",
    days={"local_on": "local_on", "standing": "standing"},
    by="score",
    names=_BY_SCORE,
    named=_OF_ANSWERS,
)
SUPERSEDED = Kept(
    table="metrics_superseded",
    rows="metrics_countedanswer",
    days={"local_on": "local_on", "next_on": "next_on"},
    by="score",
    names=_BY_SCORE,
    where="next_on IS NOT NULL",
    named=_OF_ANSWERS,
)
SUPERSEDED_WEEKS = Kept(
    table="metrics_supersededweek",
    rows="metrics_countedanswer",
    days={"local_week": _monday("local_on"), "next_week": _monday("next_on")},
    by="score",
    names=_BY_SCORE,
    where="next_on IS NOT NULL",
    named=_OF_ANSWERS,
)
ASK_CELLS = Kept(
    table="metrics_askcell",
    rows="metrics_countedask",
    days={"sent_on": "sent_on"},
    by="outcome",
    names=_BY_OUTCOME,
    first_up_to=FIRST_OF_ASKS,
)
