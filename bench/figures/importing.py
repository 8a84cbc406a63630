"""How long a file of interactions takes, beside COPY into the same table with its indexes."""

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connections

from accounts.rules.actors import COMMAND_LINE
from bench import world
from bench.results import Figure
from bench.setting import Setting
from bench.world import Company
from kit import clock, tenancy
from kit.copying import copy_into
from kit.spreadsheets import open_sheet
from surveys.actions.bringing import work_on_imports
from surveys.actions.uploading import Chosen, choose_columns_of, receive_file, start_import
from surveys.models import Import, Interaction
from surveys.rules.meanings import Kind

FEW, MANY = 5_000, 50_000
RUNS = 3
MOST_GROWTH_MB = 150
LINE = "T-{run}-{n},2026-03-01 09:{minute:02},c{n}@bench.example,Ada Okafor,Billing,Team {team}\n"
HEADER = "id,solved at,email,name,touchpoint,team\n"
TWIN = "CREATE TABLE IF NOT EXISTS bench_interaction (LIKE surveys_interaction INCLUDING ALL)"
COLUMNS = (
    "organisation_id", "source", "source_id", "touchpoint_id", "customer_id", "occurred_at",
    "local_on", "recorded_at", "way", "is_test", "subject", "context",
)  # fmt: skip


def import_vs_copy(setting: Setting) -> Figure:
    """COPY's time over the whole import's: upload, check, and coming in with a decision each."""
    count, company = FEW if setting.is_short else MANY, world.found_company(setting.now)
    _import(company, FEW, 0)  # what the first file needs is not counted
    before = _memory()
    pairs = [
        (_seconds(_copy, company, count, run), _seconds(_import, company, count, run))
        for run in range(1, 1 + (1 if setting.is_short else RUNS))
    ]
    grew = (_memory() - before) / 1024
    if grew > MOST_GROWTH_MB:
        raise RuntimeError(f"the import grew by {grew:.0f} MB")
    runs = [copied / imported for copied, imported in pairs]
    copied, imported = pairs[-1]
    return Figure(
        name="import_vs_copy",
        value=sorted(runs)[len(runs) // 2],
        unit="of COPY's speed",
        must=0.05,
        goal=0.1,
        better="higher",
        runs=runs,
        setup=f"{count:,} interactions: COPY {copied:.2f} s, import {imported:.2f} s with upload, "
        f"check and a decision each, {count / imported:,.0f} a second; grew by {grew:.0f} MB",
    )


def _seconds(act: Callable[[Company, int, int], None], *given: Any) -> float:
    begun = time.perf_counter()
    act(*given)
    return time.perf_counter() - begun


def _import(company: Company, count: int, run: int) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as made:
        made.write(HEADER)
        made.writelines(LINE.format(run=run, n=n, minute=n % 60, team=n % 9) for n in range(count))
        made.flush()
        file = _received(company, Path(made.name))
    work_on_imports(clock=clock.now, seconds=600)
    with tenancy.organisation(company.organisation_id):
        start_import(
            file=Import.objects.get(pk=file.pk), asks=False, actor=COMMAND_LINE, now=clock.now()
        )
    work_on_imports(clock=clock.now, seconds=600)
    with tenancy.organisation(company.organisation_id):
        came = Interaction.objects.filter(source_id__startswith=f"T-{run}-").count()
    if came != count:
        raise RuntimeError(f"{came} of {count} came in")


def _received(company: Company, path: Path) -> Import:
    options = {"zone": "Europe/London", "order": "year", "source": "bench-file", "metric": "",
               "place": "", "touchpoint_kind": "service"}  # fmt: skip
    meanings = ["id", "answered_at", "email", "name", "touchpoint", "+"]
    with tenancy.organisation(company.organisation_id), open_sheet(path) as sheet:
        file = receive_file(
            organisation_id=company.organisation_id,
            kind=Kind.INTERACTIONS,
            name="bench.csv",
            sheet=sheet,
            actor=COMMAND_LINE,
            now=clock.now(),
        )
        chosen = Chosen(meanings=meanings, options=options)
        choose_columns_of(file=file, chosen=chosen, actor=COMMAND_LINE, now=clock.now())
    return file


def _copy(company: Company, count: int, run: int) -> None:
    """The table's twin: COPY refuses one with row-level security."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(TWIN)
        cursor.execute("GRANT ALL ON bench_interaction TO PUBLIC")
    copy_into("bench_interaction", COLUMNS, _rows(company, count, run))


def _rows(company: Company, count: int, run: int) -> Iterator[tuple[Any, ...]]:
    at = clock.now()
    for n in range(count):
        yield (
            company.organisation_id, "copy", f"T-{run}-{n}", company.touchpoint_id, n + 1, at,
            at.date(), at, "import", False, "", {"team": f"Team {n % 9}"},
        )  # fmt: skip


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
