"""What an export costs: beside a bare COPY of the same columns, and how much memory it takes."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import psutil
from django.db import connection
from django.db.models import F

from bench.crowd import crowded_company
from bench.figures.growing import FEW
from bench.pairing import ratio_of, take_pairs
from bench.results import Figure
from bench.setting import Setting
from bench.visitor import HOST, Visitor, visitor
from bench.world import Company
from kit import tenancy
from kit.periods import last_days, local_day
from reports.queries.exports import Column, answer_columns, answer_rows
from reports.queries.wanted import Wanted

MOST_MB = 64
DAYS = 365
QUERY = f"?days={DAYS}"
PIECE = 1 << 18


def export_vs_copy(setting: Setting) -> Figure:
    """Answers per second of the CSV over HTTP over COPY TO STDOUT of the same columns.

    The bare COPY neither guards formulas nor writes offsets, and its bytes go nowhere.
    """
    company = crowded_company(setting.million, setting.now)
    guest = visitor(company, setting)
    small = visitor(crowded_company(FEW, setting.now), setting)
    for _ in range(4):  # both workers have loaded what an export needs
        _download(setting.product, small)
    wanted = Wanted(period=last_days(DAYS, local_day(setting.now, "UTC")))
    with _watched(setting.product_pid) as grown:
        taken = take_pairs(
            lambda: _rate(setting, lambda: _copy(company, wanted)),
            lambda: _rate(setting, lambda: _download(setting.product, guest)),
            pairs=3,
            repeats=2,
        )
    growth = grown()
    # A process that grows breaks the promise as surely as a slow one does.
    value = ratio_of(taken) if growth < MOST_MB else 0.0
    return Figure(
        name="export_vs_copy",
        value=value,
        unit=f"of COPY's rate, {growth:+.0f} MB",
        must=0.3,
        goal=0.5,
        better="higher",
        runs=[pair.ratio for pair in taken],
        setup=f"{setting.million:,} answers; COPY {max(pair.yardstick for pair in taken):,.0f}/s; "
        f"a process may grow by {MOST_MB} MB",
    )


def _rate(setting: Setting, take: Callable[[], int]) -> float:
    begun = time.perf_counter()
    rows = take()
    took = time.perf_counter() - begun
    if rows != setting.million:
        raise RuntimeError(f"{rows} of {setting.million} answers came")
    return rows / took


def _copy(company: Company, wanted: Wanted) -> int:
    with tenancy.organisation(company.organisation_id), connection.cursor() as cursor:
        rows = answer_rows(wanted, [_bare(one) for one in answer_columns(with_customers=True)])
        select = cursor.cursor.mogrify(*rows.query.sql_with_params()).decode()
        nowhere = _Nowhere()
        cursor.cursor.copy_expert(f"COPY ({select}) TO STDOUT", nowhere)
    return nowhere.rows


def _bare(column: Column) -> Column:
    if column.name != "answered_at":
        return column
    return Column(name=column.name, value=F("answered_at"))


class _Nowhere:
    """Where the bytes of the bare COPY go."""

    rows = 0

    def write(self, _row: bytes) -> None:
        self.rows += 1


def _download(port: int, guest: Visitor) -> int:
    """Take the whole file and return its answers; no comment of the crowd breaks a line."""
    server = HTTPConnection(HOST, port, timeout=120)
    server.request("GET", guest.url("responses_csv") + QUERY, headers={"Cookie": guest.cookie})
    answer = server.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"the export answered {answer.status}")
    lines = 0
    while piece := answer.read(PIECE):
        lines += piece.count(b"\n")
    server.close()
    return lines - 1  # the header


@contextmanager
def _watched(pid: int) -> Iterator[Callable[[], float]]:
    """Tell by how many MB the worker that grew most has grown at its largest."""
    workers = psutil.Process(pid).children(recursive=True)
    before = {worker: worker.memory_info().rss for worker in workers}
    largest, is_over = dict(before), threading.Event()

    def watch() -> None:
        while not is_over.wait(0.05):
            for worker in workers:
                largest[worker] = max(largest[worker], worker.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield lambda: max(largest[each] - before[each] for each in workers) / 1_000_000
    finally:
        is_over.set()
        watcher.join()
