"""Histograms of any number of periods in one statement, at the cost of days, not of answers."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from operator import add, sub
from typing import Any

from django.db import connection

from kit.periods import Period
from metrics.queries.counting import SCORES
from metrics.queries.counting.rows import listed
from metrics.queries.effort import measured
from metrics.queries.filters import Filter, Slice
from metrics.queries.sources import Source, Way, rows, source
from metrics.rules.dimensions import NONE
from metrics.rules.windows import whole_weeks
from metrics.statistics.definitions import Definition

COUNTED = "counted"
SUSPECT = "suspect"
SUPERSEDED = "superseded"
TWO_DAYS = timedelta(days=2)
_ANEW = f"'{SUPERSEDED}'"

_SUMS = ", ".join(f"sum({name}) AS {name}" for name in SCORES)
_COUNTS = ", ".join(
    f"coalesce(sum(n) FILTER (WHERE score = {score}), 0) AS {name}"
    for score, name in enumerate(SCORES)
)
_NOTHING = [0] * len(SCORES)
# By value, by place of the period, by standing: the eleven sums.
_Places = dict[int, dict[int, dict[str, Sequence[int]]]]
_STANDING, _DAYS = "standing", "local_on BETWEEN w.first AND w.last"
# Answered anew inside the window: by whole weeks, and by days where it cuts a week.
_WEEKS = "local_week BETWEEN w.monday AND w.sunday AND next_week BETWEEN w.monday AND w.sunday"
_HEAD = "local_on BETWEEN w.first AND w.monday - 1 AND next_on <= w.last"
_TAIL = "local_on BETWEEN w.monday AND w.last AND next_on BETWEEN w.sunday + 1 AND w.last"


@dataclass(frozen=True)
class Counts:
    """The answers of one period: those that count, and how many do not and why."""

    histogram: dict[int, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)


def _share_sums(definition: Definition) -> str:
    """All below the cut as the lowest score, all others as the highest: the same share.

    Two sums instead of eleven, where thousands of cells are read for shares alone.
    """
    low, high = definition.scale.low, definition.scale.high
    cut = definition.cut or low
    groups = {low: SCORES[low:cut], high: SCORES[cut : high + 1]}
    sums = {score: f"sum({' + '.join(names)})" for score, names in groups.items() if names}
    return ", ".join(
        f"{sums.get(score, '0::bigint')} AS {name}" for score, name in enumerate(SCORES)
    )


def _statement(found: Source, sums: str) -> str:
    """Each window's answers by standing, and those that were answered anew inside it."""
    if found.in_cells:
        parts = [
            _part("metrics_cell", sums, found, _STANDING, _DAYS),
            _part("metrics_supersededweek", sums, found, _ANEW, _WEEKS),
            _part("metrics_superseded", sums, found, _ANEW, _HEAD),
            _part("metrics_superseded", sums, found, _ANEW, _TAIL),
        ]
    else:
        parts = [
            _part("fitting", _COUNTS, found, _STANDING, _DAYS),
            _part("fitting", _COUNTS, found, _ANEW, f"{_DAYS} AND next_on <= w.last"),
        ]
    if not found.given["is_relational"]:
        del parts[1:]  # only a relationship survey is answered anew
    return f"""
        SELECT w.place, s.* FROM unnest(
            %(places)s::int[], %(firsts)s::date[], %(lasts)s::date[],
            %(mondays)s::date[], %(sundays)s::date[]
        ) AS w (place, first, last, monday, sunday)
        CROSS JOIN LATERAL ({" UNION ALL ".join(parts)}) AS s
    """


def _fitting(found: Source, splits: Iterable[str]) -> str:
    """The rows outside the cells, read once for all windows and all splits of a statement."""
    # A day's answers lie within two days of it, whatever the time zone: an index knows instants.
    near = "AND answered_at BETWEEN %(begins)s AND %(ends)s" if found.way is Way.ANSWERS else ""
    # Days first: a sort that compares texts before them takes twice as long.
    by = listed(["local_on", "next_on", "score", *sorted(set(splits)), "standing"])
    return f"""
        WITH fitting AS MATERIALIZED (
            SELECT {by}, count(*) AS n FROM {found.table}
            WHERE {found.condition} AND local_on BETWEEN %(first)s AND %(last)s {near}
            GROUP BY {by}
        )
    """


def _part(table: str, sums: str, found: Source, standing: str, days: str) -> str:
    condition = found.condition if found.in_cells else _split_known(found.split)
    # Grouped inside the window: each is one walk along the index, whatever the planner thinks
    # of the number of rows, where a plain join may read all days for every window.
    return f"""
        SELECT {found.split} AS split, {standing} AS standing, {sums} FROM {table}
        WHERE {condition} AND {days} GROUP BY 1, 2
    """


def _split_known(split: str) -> str:
    return "TRUE" if split == "0" else f"{split} IS NOT NULL"


def read_split(
    chosen: Filter, periods: Sequence[Period], split: int
) -> dict[int, dict[int, Counts]]:
    """For each value of the dimension the counts of each period (by its place) that has any."""
    return read_splits(chosen, periods, [split])[split]


def read_splits(
    chosen: Filter,
    periods: Sequence[Period],
    splits: Sequence[int],
    *,
    reach: int | None = None,
    only_shares: bool = False,
    state: int = NONE,
) -> dict[int, dict[int, dict[int, Counts]]]:
    """The same by several dimensions, each for itself; one statement for all of them.

    `reach`: only that many of the periods are split, the whole (NONE) is read for each.
    `only_shares`: scores may be told apart by the cut alone, which costs a fraction. `state`:
    metrics.queries.crossed.
    """
    chosen = chosen.resolved()
    sources = {split: source(chosen, split, state) for split in splits}
    given = _given(periods) | {"reach": len(periods) if reach is None else reach}
    for found in sources.values():
        given |= found.given
    sums = _share_sums(chosen.definition) if only_shares else _SUMS
    statement = " UNION ALL ".join(_labelled(*one, sums) for one in sources.items())
    if outside := [split for split, found in sources.items() if not found.in_cells]:
        wide = rows(chosen, outside)
        names = (sources[split].split for split in outside if split)
        statement = _fitting(wide, names) + statement
    with connection.cursor() as cursor, measured(*sources.values()):
        cursor.execute(statement, given)
        found_rows = cursor.fetchall()
    gathered: dict[int, _Places] = {split: {} for split in splits}
    for split, place, value, standing, *sums in found_rows:
        parts = gathered[split].setdefault(value, {}).setdefault(place, {})
        parts[standing] = [*map(add, parts.get(standing, _NOTHING), sums)]
    return {
        split: {
            value: {place: _counts(parts, chosen) for place, parts in places.items()}
            for value, places in values.items()
        }
        for split, values in gathered.items()
    }


def _given(periods: Sequence[Period]) -> dict[str, Any]:
    first = min(period.first for period in periods)
    last = max(period.last for period in periods)
    weeks = [whole_weeks(period) for period in periods]
    return {
        "places": list(range(len(periods))),
        "firsts": [period.first for period in periods],
        "lasts": [period.last for period in periods],
        "mondays": [week.first for week in weeks],
        "sundays": [week.last for week in weeks],
        "first": first,
        "last": last,
        "begins": datetime.combine(first - TWO_DAYS, time(), UTC),
        "ends": datetime.combine(last + TWO_DAYS, time.max, UTC),
    }


def _labelled(split: int, found: Source, sums: str) -> str:
    near = "WHERE w.place < %(reach)s" if split else ""
    return f"SELECT {split} AS by, rows.* FROM ({_statement(found, sums)} {near}) AS rows"


def read(chosen: Filter, periods: Sequence[Period]) -> list[Counts]:
    """The counts of each period, in the order asked; an empty one for a period without answers."""
    everything = read_split(chosen, periods, NONE).get(0, {})
    return [everything.get(place, Counts()) for place in range(len(periods))]


def _counts(parts: dict[str, Sequence[int]], chosen: Filter) -> Counts:
    total = [*map(sub, parts.get(COUNTED, _NOTHING), parts.get(SUPERSEDED, _NOTHING))]
    left_out = {name: sum(sums) for name, sums in parts.items() if name != COUNTED}
    if chosen.with_suspects:
        total = [*map(add, total, parts.get(SUSPECT, _NOTHING))]
        left_out.pop(SUSPECT, None)
    histogram = {score: int(count) for score, count in enumerate(total) if count}
    return Counts(histogram, _present(left_out.items()))


def _present(items: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {name: int(n) for name, n in sorted(items) if n}


def left_out_of(part: Slice, period: Period) -> dict[str, int]:
    """Count the answers of all questions in a period that no figure counts, by standing."""
    found = source(part)
    count = f"sum({' + '.join(SCORES)})" if found.in_cells else "count(*)"
    with connection.cursor() as cursor, measured(found):
        cursor.execute(
            f"SELECT standing, {count} FROM {found.table} WHERE {found.condition}"
            f" AND local_on BETWEEN %(first)s AND %(last)s AND standing <> '{COUNTED}' GROUP BY 1",
            found.given | _given([period]),
        )
        return _present((standing, int(n)) for standing, n in cursor.fetchall())
