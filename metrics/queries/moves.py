"""As it is now: the answers of whoever moved since, counted where each of them stands today."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from kit.periods import Period
from metrics.models import PropertyValue, TrackedProperty
from metrics.queries.filters import Filter
from metrics.queries.sources import rows
from metrics.rules.dimensions import columns

Histograms = Mapping[str, Counter[int]]

# What each agent, or whoever moves, was in the latest answer: two dimensions share a cell.
_LATEST = """
    SELECT DISTINCT ON ({who}) {who}, {what} FROM metrics_cell
    WHERE organisation_id = %(organisation)s AND question = %(question)s
        AND is_relational = %(is_relational)s AND dim_1 = %(dim_1)s AND dim_2 = %(dim_2)s
        AND standing = 'counted'
    ORDER BY {who}, local_on DESC, {what}
"""
_COUNTED = """
    WITH fitting AS (
        SELECT {what} AS was, {who} AS who, score, count(*) AS n FROM {table}
        WHERE {condition} AND {what} IS NOT NULL AND standing = ANY(%(standings)s)
            AND local_on BETWEEN %(first)s AND %(last)s
            AND (next_on IS NULL OR next_on > %(last)s)
        GROUP BY 1, 2, 3
    )
    SELECT f.was, {shown}, f.score, sum(f.n)::bigint FROM fitting f {join} GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, kw_only=True)
class Move:
    """Whose answers stand elsewhere today; without a name it is customers."""

    who: str
    was: str
    now: str
    answers: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The scores of each value as it was when it happened and as it is now."""

    was: Histograms = field(default_factory=dict)
    now: Histograms = field(default_factory=dict)
    moves: Sequence[Move] = ()


def standing_by(
    chosen: Filter, period: Period, *, of: TrackedProperty, by: TrackedProperty
) -> Standing:
    """Move all answers of each value of `by` (each agent) to its latest `of` (her team of today).

    An answer without such a value stays where it was.
    """
    found = _counted(chosen, period, of, who=_column(by), shown="f.who")
    latest = _latest(chosen, of, by)
    names = _names([*(was for was, *_ in found), *latest.values(), *(who for _, who, *_ in found)])
    return _standing(
        (names[was], names[latest.get(who, was)], names.get(who, ""), score, n)
        for was, who, score, n in found
    )


def standing_of_customers(chosen: Filter, period: Period, *, of: TrackedProperty) -> Standing:
    """Move every answer to what its customer's record says today; without a record it stays."""
    found = _counted(
        chosen,
        period,
        of,
        who="customer_id",
        shown="left(c.properties ->> %(key)s, 200)",
        join="LEFT JOIN surveys_customer c ON c.id = f.who",
        also=["customer_id"],
    )
    names = _names(was for was, *_ in found)
    return _standing((names[was], now or names[was], "", score, n) for was, now, score, n in found)


def _standing(told: Any) -> Standing:
    was: dict[str, Counter[int]] = {}
    now: dict[str, Counter[int]] = {}
    moved: Counter[tuple[str, str, str]] = Counter()
    for before, today, who, score, n in told:
        was.setdefault(before, Counter())[score] += n
        now.setdefault(today, Counter())[score] += n
        if before != today:
            moved[who, before, today] += n
    moves = [
        Move(who=who, was=before, now=today, answers=n)
        for (who, before, today), n in sorted(moved.items())
    ]
    return Standing(was=was, now=now, moves=moves)


def _counted(
    chosen: Filter,
    period: Period,
    of: TrackedProperty,
    *,
    who: str,
    shown: str,
    join: str = "",
    also: Sequence[str] = (),
) -> list[tuple[Any, ...]]:
    splits = [of.dimension, *(number for number, name in columns().items() if name == who)]
    found = rows(chosen, splits, also=also)
    statement = _COUNTED.format(
        what=_column(of),
        who=who,
        table=found.table,
        condition=found.condition,
        shown=shown,
        join=join,
    )
    standings = ["counted", "suspect"] if chosen.with_suspects else ["counted"]
    days = {"first": period.first, "last": period.last}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**found.given, **days, "standings": standings, "key": of.key})
        return list(cursor.fetchall())


def _latest(chosen: Filter, of: TrackedProperty, by: TrackedProperty) -> dict[int, int]:
    low, high = sorted([of.dimension, by.dimension])
    who, what = ("value_1", "value_2") if by.dimension == low else ("value_2", "value_1")
    with connection.cursor() as cursor:
        cursor.execute(
            _LATEST.format(who=who, what=what),
            {
                "organisation": chosen.organisation_id,
                "question": chosen.definition.question,
                "is_relational": chosen.is_relational,
                "dim_1": low,
                "dim_2": high,
            },
        )
        return dict(cursor.fetchall())


def _column(tracked: TrackedProperty) -> str:
    return columns()[tracked.dimension]


def _names(value_ids: Any) -> dict[int, str]:
    wanted = {one for one in value_ids if one is not None}
    return dict(PropertyValue.objects.filter(pk__in=wanted).values_list("pk", "value"))
