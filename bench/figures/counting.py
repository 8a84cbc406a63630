"""What counting costs: while answers come in, and when there are a hundred times as many."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

from bench.client import rate
from bench.crowd import REPEATS, TRACKED, crowded_company
from bench.figures.answering import sending, survey_tokens
from bench.pairing import Pair, ratio_of, take_pairs
from bench.results import Figure
from bench.servers import ROOT
from bench.setting import Setting
from bench.world import Company
from events.dispatching import dispatch_due
from kit import clock, tenancy
from kit.periods import last_days, local_day
from metrics.actions.rebuilding import rebuild_cells
from metrics.models import TrackedProperty
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import Slice
from reports.queries.overview import Overview, overview

CALLS = 6


def rollup_cost(setting: Setting) -> Figure:
    """Answers per second with the fold running over without it."""
    _track(setting)

    # Long enough for several wake-ups, also in a short run.
    count = max(setting.requests, 2000)

    def answers() -> float:
        found = survey_tokens(setting, count)
        return rate(setting.product, [[sending(setting, token)] for token in found])

    def without() -> float:
        _fold_the_rest()
        return answers()

    def folding() -> float:
        _fold_the_rest()
        command = [sys.executable, "-m", "bench.folding"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:  # noqa: S603
            assert process.stdout is not None
            process.stdout.readline()  # it is ready
            try:
                return answers()
            finally:
                process.terminate()

    # What the fold costs is less than what a machine strays by from one half to the next.
    pairs = 2 * setting.pairs
    taken = take_pairs(without, folding, pairs=pairs, repeats=pairs)
    return Figure(
        name="rollup_cost",
        value=ratio_of(taken),
        unit="of the rate without",
        must=0.85,
        goal=0.95,
        better="higher",
        runs=[pair.ratio for pair in taken],
        setup=f"{pairs} pairs of {count} answers; {len(TRACKED)} tracked properties; "
        "a wake-up every 2 s",
    )


def overview_growth(setting: Setting) -> Figure:
    """Time of the overview's figures with many answers over few, same days and values.

    Taken of the query itself: with the drawing around it, growth would hide behind a fixed cost.
    Of two crowds the worse: one that answers the relationship survey every half year, and one
    that answers it at random within weeks.
    """
    many, few = setting.million, 10_000
    crowds = [_grown(setting, few, many, repeats) for repeats in REPEATS]
    taken = max(crowds, key=ratio_of)
    said = ", ".join(
        f"{ratio_of(each):.2f} answered {name}" for name, each in zip(REPEATS, crowds, strict=True)
    )
    return Figure(
        name="overview_growth",
        value=ratio_of(taken),
        unit="x the time at few answers",
        must=1.2,
        goal=1.0,
        better="lower",
        runs=[pair.ratio for pair in taken],
        setup=f"{many:,} over {few:,} answers, {CALLS} calls each, "
        f"{min(pair.yardstick for pair in taken) * 1000:.0f} ms at few; no cache; {said}",
    )


def _grown(setting: Setting, few: int, many: int, repeats: str) -> list[Pair]:
    small, big = (crowded_company(answers, setting.now, repeats) for answers in (few, many))
    return take_pairs(
        _timed(small, setting), _timed(big, setting), pairs=setting.pairs, repeats=setting.pairs
    )


def rebuild_s(setting: Setting) -> Figure:
    """Seconds in which all is counted anew from a million answers."""
    own = crowded_company(setting.million, setting.now).organisation_id
    begun = time.perf_counter()
    with tenancy.organisation(own):
        rebuilt = rebuild_cells(organisation_id=own)
    took = time.perf_counter() - begun
    return Figure(
        name="rebuild_s",
        value=took,
        unit=f"s for {rebuilt.answers:,} answers",
        must=120,
        goal=60,
        better="lower",
        runs=[took],
        setup=f"{rebuilt.answers:,} answers; {len(TRACKED)} tracked properties",
    )


def _timed(company: Company, setting: Setting) -> Callable[[], float]:
    day = local_day(setting.now, "UTC")

    def call() -> float:
        begun = time.perf_counter()
        found = [_overview(company, day) for _ in range(CALLS)]
        took = time.perf_counter() - begun
        if any(each.is_untouched for each in found):
            raise RuntimeError("the overview found no answers")
        return took / CALLS

    return call


def _overview(company: Company, day: date) -> Overview:
    own = company.organisation_id
    with tenancy.organisation(own):
        return overview(
            part=Slice(organisation_id=own),
            definitions=definitions_of(own),
            period=last_days(90, day),
            today=day,
        )


def _track(setting: Setting) -> None:
    with tenancy.organisation(setting.company.organisation_id):
        TrackedProperty.objects.bulk_create(
            (
                TrackedProperty(
                    organisation_id=setting.company.organisation_id,
                    slot=slot,
                    key=key,
                    tracked_at=setting.now,
                )
                for slot, key in enumerate(TRACKED, start=1)
            ),
            ignore_conflicts=True,
        )


def _fold_the_rest() -> None:
    """Leave no work over from the half before."""
    while dispatch_due(now=clock.now() + timedelta(seconds=1)):
        pass
