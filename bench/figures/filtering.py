"""What a filter costs: beside DuckDB where cells cover it, else beside a plain SELECT."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection

from bench.crowd import UNTRACKED, crowded_company
from bench.pairing import ratio_of, take_pairs
from bench.results import Figure
from bench.setting import Setting
from bench.world import Company
from kit import tenancy
from kit.periods import Period, last_days, local_day
from metrics.queries.filters import Filter
from metrics.queries.histograms import read
from metrics.queries.scores import Score, score_of
from metrics.rules.windows import comparison
from metrics.statistics.definitions import CSAT, NPS

Segments = tuple[tuple[str, str], ...]
ROUNDS = 3
# One and two dimensions, of a relationship survey and of answers right after a contact.
SEGMENTS: Sequence[tuple[bool, Segments]] = (
    (False, (("plan", "p1"),)),
    (False, (("agent", "a7"),)),
    (False, (("plan", "p2"), ("region", "r3"))),
    (False, (("region", "r1"), ("agent", "a11"))),
    (True, (("plan", "p1"),)),
    (True, (("region", "r4"),)),
    (True, (("plan", "p3"), ("region", "r2"))),
    (True, (("region", "r0"), ("channel", "c2"))),
)
KEPT = "question, is_relational, value_1, value_2, value_3, value_4, local_on, next_on, score"
COPY = f"""
    COPY (SELECT {KEPT} FROM metrics_countedanswer
          WHERE organisation_id = {{organisation}} AND standing = 'counted') TO STDOUT (FORMAT csv)
"""  # noqa: S608  (names of ours)
TYPES = {
    "question": "VARCHAR", "is_relational": "BOOLEAN", "value_1": "BIGINT", "value_2": "BIGINT",
    "value_3": "BIGINT", "value_4": "BIGINT", "local_on": "DATE", "next_on": "DATE",
    "score": "TINYINT",
}  # fmt: skip
# The SELECT that somebody would write who has nothing but the table of answers.
SCAN = """
    SELECT score, count(*) FILTER (WHERE local_on BETWEEN %s AND %s),
        count(*) FILTER (WHERE local_on BETWEEN %s AND %s),
        count(*) FILTER (WHERE local_on BETWEEN %s AND %s)
    FROM surveys_response
    WHERE organisation_id = %s AND metric = 'csat' AND standing = 'counted'
        AND context ->> %s = %s AND local_on BETWEEN %s AND %s
    GROUP BY score
"""

Histograms = list[dict[int, int]]


@dataclass(frozen=True)
class Asked:
    """A filter, the days shown and those of its verdict."""

    chosen: Filter
    windows: tuple[Period, Period, Period]
    today: date

    @property
    def period(self) -> Period:
        return self.windows[0]

    @property
    def span(self) -> tuple[date, date]:
        return min(one.first for one in self.windows), max(one.last for one in self.windows)

    def score(self) -> Score:
        return score_of(self.chosen, self.period, today=self.today)

    def histograms(self) -> Histograms:
        return [counts.histogram for counts in read(self.chosen, self.windows)]


def filter_cells_vs_duckdb(setting: Setting) -> Figure:
    """Time of scores by one and two dimensions over DuckDB's time for the same histograms.

    Both answer for the three periods that a score with its verdict needs. DuckDB holds only what
    these filters need, sorted by day, with two threads and all caches warm.
    """
    company = crowded_company(setting.many, setting.now)
    with ExitStack() as stack:
        duck = stack.enter_context(_duck(company, Path(stack.enter_context(_folder()))))
        stack.enter_context(tenancy.organisation(company.organisation_id))
        asked = [
            _asked(company, setting, relational=relational, by=by) for relational, by in SEGMENTS
        ]
        for one in asked:
            _compare(_of_duck(duck, one), one)
        taken = take_pairs(
            lambda: _seconds(lambda: [_of_duck(duck, one) for one in asked]),
            lambda: _seconds(lambda: [one.score() for one in asked]),
            pairs=setting.pairs,
            repeats=setting.pairs,
        )
    each = min(pair.yardstick for pair in taken) * 1000 / len(asked)
    return Figure(
        name="filter_cells_vs_duckdb",
        value=ratio_of(taken),
        unit="x DuckDB's time",
        must=2,
        goal=0.5,
        better="lower",
        runs=[pair.ratio for pair in taken],
        setup=f"{setting.many:,} answers; {len(asked)} filters of one or two properties, 90 days; "
        f"DuckDB {duckdb.__version__} {each:.1f} ms a filter",
    )


def filter_scan_vs_sql(setting: Setting) -> Figure:
    """Time of a score by a property without cells over the plain SELECT's, printed above."""
    company = crowded_company(setting.million, setting.now)
    with tenancy.organisation(company.organisation_id):
        asked = _asked(company, setting, relational=False, by=(UNTRACKED,))
        _compare(_of_sql(asked), asked)
        taken = take_pairs(
            lambda: _seconds(lambda: _of_sql(asked)),
            lambda: _seconds(asked.score),
            pairs=setting.pairs,
            repeats=setting.pairs,
        )
    return Figure(
        name="filter_scan_vs_sql",
        value=ratio_of(taken),
        unit="x the SELECT's time",
        must=1.3,
        goal=1.0,
        better="lower",
        runs=[pair.ratio for pair in taken],
        setup=f"{setting.million:,} answers, {UNTRACKED[0]} = {UNTRACKED[1]}, 90 days; the SELECT "
        f"{min(pair.yardstick for pair in taken) * 1000:.0f} ms",
    )


def _asked(company: Company, setting: Setting, *, relational: bool, by: Segments) -> Asked:
    chosen = Filter(
        organisation_id=company.organisation_id,
        definition=NPS if relational else CSAT,
        is_relational=relational,
        segments=by,
    )
    today = local_day(setting.now, "UTC")
    period = last_days(90, today)
    compared = comparison(period, today)
    return Asked(chosen.resolved(), (period, compared.now, compared.before), today)


def _seconds(act: Any) -> float:
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        act()
    return (time.perf_counter() - begun) / ROUNDS


def _compare(expected: Histograms, asked: Asked) -> None:
    """A fast answer is worth nothing if it is another one."""
    found = asked.histograms()
    if found != expected or not found[0]:
        raise RuntimeError(f"{asked.chosen}: {found} instead of {expected}")


def _of_sql(asked: Asked) -> Histograms:
    days = [day for one in asked.windows for day in (one.first, one.last)]
    with connection.cursor() as cursor:
        cursor.execute(SCAN, [*days, asked.chosen.organisation_id, *UNTRACKED, *asked.span])
        return _by_window(cursor.fetchall())


def _of_duck(duck: duckdb.DuckDBPyConnection, asked: Asked) -> Histograms:
    latest = " AND (next_on IS NULL OR next_on > ?)"
    windows = ", ".join([f"count(*) FILTER (WHERE local_on BETWEEN ? AND ?{latest})"] * 3)
    narrowed = "".join(f" AND value_{slot} = ?" for slot in asked.chosen.properties)
    values: list[Any] = [
        value for one in asked.windows for value in (one.first, one.last, one.last)
    ]
    values += [asked.chosen.definition.question, asked.chosen.is_relational, *asked.span]
    found = duck.execute(
        f"SELECT score, {windows} FROM answers"  # noqa: S608  (names of ours)
        " WHERE question = ? AND is_relational = ? AND local_on BETWEEN ? AND ?"
        f"{narrowed} GROUP BY score",
        [*values, *asked.chosen.properties.values()],
    )
    return _by_window(found.fetchall())


def _by_window(rows: Sequence[Sequence[int]]) -> Histograms:
    windows: Sequence[Mapping[int, int]] = [
        {row[0]: row[place] for row in rows if row[place]} for place in (1, 2, 3)
    ]
    return [dict(sorted(window.items())) for window in windows]


def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


def _duck(company: Company, folder: Path) -> duckdb.DuckDBPyConnection:
    """Copy the counted answers into DuckDB's own format."""
    path = folder / "answers.csv"
    with (
        tenancy.organisation(company.organisation_id),
        connection.cursor() as cursor,
        path.open("wb") as file,
    ):
        cursor.copy_expert(COPY.format(organisation=company.organisation_id), file)
    duck = duckdb.connect(str(folder / "answers.duckdb"))
    duck.execute("SET threads = 2")
    columns = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in TYPES.items()) + "}"
    duck.execute(
        "CREATE TABLE answers AS SELECT * FROM read_csv(?, header = false, "  # noqa: S608
        f"columns = {columns}) ORDER BY local_on",
        [str(path)],
    )
    path.unlink()
    return duck
