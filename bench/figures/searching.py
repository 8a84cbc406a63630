"""What words cost: figures of the answers whose comments tell of them, counted row by row."""

import time
from statistics import median
from typing import Any

from django.db import connection

from bench.crowd import crowded_company
from bench.figures.growing import seconds_of
from bench.pairing import ratio_of, take_pairs
from bench.results import Figure
from bench.setting import Setting
from bench.visitor import visitor
from kit import tenancy
from kit.periods import last_days, local_day
from metrics.queries.filters import Filter
from metrics.queries.histograms import read
from metrics.queries.scores import score_of
from metrics.rules.windows import comparison
from metrics.statistics.definitions import CSAT

# Half of the crowd's comments tell of the first, none of the second: the most and the least.
WORDS, NOBODY_SAYS = "calls", "carburettor"
# What somebody would write who knows the language beforehand and has the stored column.
SCAN = """
    SELECT score, count(*) FILTER (WHERE local_on BETWEEN %(a)s AND %(b)s),
        count(*) FILTER (WHERE local_on BETWEEN %(c)s AND %(d)s),
        count(*) FILTER (WHERE local_on BETWEEN %(e)s AND %(f)s)
    FROM surveys_response
    WHERE organisation_id = %(organisation)s AND metric = 'csat' AND standing = 'counted'
        AND words @@ websearch_to_tsquery('public.cx_simple', %(words)s)
        AND local_on BETWEEN %(first)s AND %(last)s
    GROUP BY score
"""


def filter_words_vs_sql(setting: Setting) -> Figure:
    """Time of a score by words over the plain SELECT's, printed above; and of whole pages."""
    company = crowded_company(setting.million, setting.now)
    today = local_day(setting.now, "UTC")
    period = last_days(90, today)
    compared = comparison(period, today)
    windows = [period, compared.now, compared.before]
    chosen = Filter(
        organisation_id=company.organisation_id,
        definition=CSAT,
        is_relational=False,
        words=(WORDS,),
    )
    days = [day for one in windows for day in (one.first, one.last)]
    given = dict(zip("abcdef", days, strict=True)) | {
        "organisation": company.organisation_id,
        "words": WORDS,
        "first": min(days),
        "last": max(days),
    }
    with tenancy.organisation(company.organisation_id):
        _compare(given, [counts.histogram for counts in read(chosen, windows)])
        taken = take_pairs(
            lambda: _seconds(lambda: _of_sql(given)),
            lambda: _seconds(lambda: score_of(chosen, period, today=today)),
            pairs=setting.pairs,
            repeats=setting.pairs,
        )
    guest = visitor(company, setting)
    pages = {
        f"{words}, {days} days": median(
            seconds_of(guest, f"{guest.url('overview')}?q={words}&days={days}") for _ in range(3)
        )
        for words in (WORDS, NOBODY_SAYS)
        for days in (90, 365)
    }
    return Figure(
        name="filter_words_vs_sql",
        value=ratio_of(taken),
        unit="x the SELECT's time",
        must=None,
        goal=1.3,
        better="lower",
        runs=[pair.ratio for pair in taken],
        setup=f"{setting.million:,} answers, 90 days; the SELECT "
        f"{min(pair.yardstick for pair in taken) * 1000:.0f} ms; the overview narrowed by words: "
        + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in pages.items()),
    )


def _seconds(act: Any) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _of_sql(given: dict[str, Any]) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SCAN, given)
        rows: list[tuple[int, ...]] = cursor.fetchall()
        return rows


def _compare(given: dict[str, Any], found: list[dict[int, int]]) -> None:
    """A fast answer is worth nothing if it is another one."""
    rows = _of_sql(given)
    expected = [{row[0]: row[place] for row in sorted(rows) if row[place]} for place in (1, 2, 3)]
    if found != expected or not found[0]:
        raise RuntimeError(f"{found} instead of {expected}")
