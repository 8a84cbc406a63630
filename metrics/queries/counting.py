"""The SQL by which answers and invitations become counts.

Parts are named by what they hold and put together by folding, rebuilding and comparing, so
that all three mean the same by "where an answer is counted".
"""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from metrics.rules.dimensions import (
    FIRST_OF_ASKS,
    NONE,
    SLOTS,
    TOGETHER,
    VALUE_LENGTH,
    VALUES_PER_PROPERTY,
    columns,
)
from metrics.statistics.definitions import DEFAULTS

assert TOGETHER == 2  # the pairs below are written for two

SCORES = [f"c{score}" for score in range(11)]
OUTCOMES = ["finished", "began", "opted_out", "bounced", "suspect", "silent"]
VALUES = [f"value_{slot}" for slot in SLOTS]
PLACED = ["question", "is_relational", "programme_id", "touchpoint_id", *VALUES]
ANSWER = ["response_id", *PLACED, "customer_id", "answered_at", "local_on", "score", "standing"]
KEY = ["question", "is_relational", "dim_1", "dim_2", "value_1", "value_2"]


def listed(names: Iterable[str], prefix: str = "") -> str:
    return ", ".join(prefix + name for name in names)


QUESTION = "CASE {metric} %s END" % " ".join(  # noqa: UP031 (the braces are filled in later)
    f"WHEN '{kind}' THEN '{definition.question}'" for kind, definition in DEFAULTS.items()
)

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


def present_asks(which: str) -> str:
    """What became of each invitation that was sent; only a counted answer is an answer."""
    return f"""
        SELECT i.id AS invitation_id, {QUESTION.format(metric="s.metric")} AS question,
            p.kind = 'relational' AS is_relational, i.programme_id, i.touchpoint_id,
            {listed(VALUES, "v.")}, i.sent_on,
            CASE
                WHEN r.standing = 'counted' AND i.finished_at IS NOT NULL THEN 'finished'
                WHEN r.standing = 'counted' THEN 'began'
                WHEN i.opted_out_at IS NOT NULL THEN 'opted_out'
                WHEN i.bounced_at IS NOT NULL THEN 'bounced'
                WHEN r.standing = 'suspect' THEN 'suspect'
                ELSE 'silent'
            END AS outcome
        FROM surveys_invitation i
        JOIN surveys_programme p ON p.id = i.programme_id
        JOIN surveys_survey s ON s.id = p.survey_id
        LEFT JOIN surveys_response r ON r.invitation_id = i.id AND r.score IS NOT NULL
        {value_ids("i.context")}
        WHERE i.organisation_id = %(organisation)s AND i.sent_on IS NOT NULL
            AND NOT i.is_test {which}
    """


def places(rows: str, first_up_to: int) -> str:
    """Each row once for every cell it belongs to: none, one and two of its dimensions.

    The first of two is at most `first_up_to`.
    """
    pairs = ", ".join(f"({number}, c.{name})" for number, name in columns().items())
    return f"""
        SELECT c.*, a.dim AS dim_1, b.dim AS dim_2, a.value AS key_1, b.value AS key_2
        FROM {rows} c
        CROSS JOIN LATERAL (VALUES ({NONE}, 0::bigint), {pairs}) AS a (dim, value)
        CROSS JOIN LATERAL (VALUES ({NONE}, 0::bigint), {pairs}) AS b (dim, value)
        WHERE a.value IS NOT NULL AND b.value IS NOT NULL
            AND (a.dim < b.dim OR b.dim = {NONE} AND a.dim = {NONE})
            AND a.dim <= {first_up_to}
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
    first_up_to: int = max(columns())

    def pairs(self) -> list[tuple[int, int]]:
        """Every pair of dimensions that it has cells for: none, one, two."""
        every = [(NONE, NONE), *combinations([NONE, *columns()], 2)]
        return [pair for pair in every if pair[0] <= self.first_up_to]

    def changes(self, moved: str) -> str:
        """What signed rows change in it."""
        placed = places(moved, self.first_up_to)
        where = f"WHERE {self.where}" if self.where else ""
        return tally(placed, days=self.days, by=self.by, names=self.names, where=where)

    def add(self, changes: str) -> str:
        return add(self.table, changes, days=self.days, counts=list(self.names))

    @property
    def columns(self) -> list[str]:
        return ["organisation_id", *KEY, *self.days, *self.names]

    def recount(self, pair: tuple[int, int]) -> str:
        """All its cells of one pair of dimensions, straight from the counted rows."""
        named = {NONE: "0::bigint", **columns()}
        first, second = (named[dimension] for dimension in pair)
        present = [f"{named[dimension]} IS NOT NULL" for dimension in pair if dimension]
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
_ANSWERS, _ASKS = "metrics_countedanswer", "metrics_countedask"

CELLS = Kept("metrics_cell", _ANSWERS, ["local_on", "standing"], "score", _BY_SCORE)
SUPERSEDED = Kept(
    "metrics_superseded",
    _ANSWERS,
    ["local_on", "next_on"],
    "score",
    _BY_SCORE,
    where="next_on IS NOT NULL",
)
ASK_CELLS = Kept(
    "metrics_askcell",
    _ASKS,
    ["sent_on"],
    "outcome",
    _BY_OUTCOME,
    first_up_to=FIRST_OF_ASKS,
)
