"""Files to take away whose workers are killed and frozen: each whole, or given up in words."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZipFile

from django.db import connection, transaction

from accounts.rules.actors import Actor
from events.tasks import dispatch
from kit import clock, tenancy
from reports.actions import making
from reports.actions.exporting import (
    Export,
    answers_as_csv,
    answers_as_xlsx,
    figures_as_csv,
)
from reports.actions.requesting import Request, request_export
from reports.models import ExportJob, ExportPart
from reports.queries.asked import figures_of, wanted_of
from surveys.actions.importing import Plan, import_responses
from tests.chaos.invariants import Findings
from tests.chaos.points import EXPORTS
from tests.chaos.world import Company
from tests.dying import begin, ended

PIECE = 2_000  # bytes of a part: many of a small file
PATIENCE = 30.0
KEY = Actor(name="key Lake")
KINDS = (("responses", "csv"), ("responses", "xlsx"), ("figures", "csv"))
CUT_OFF = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
        AND (classid::bigint << 32 | objid::bigint) = hashtextextended('reports.making', 0)
"""


def run(*, rows: int, files: int, seed: int, folder: Path) -> Findings:
    """Ask for files of every kind, end their workers at every point, and read what is offered."""
    company, chance = Company(clock.now()), Random(seed)
    asked = _answers(company, rows, folder / f"exports-{seed}.csv")
    expected = {kind: _from_the_console(company, asked, *kind) for kind in KINDS}
    broken: list[str] = []
    deaths = frozen = 0
    for number in range(files):
        kind = KINDS[number % len(KINDS)]
        pk = _ask(company, asked, *kind)
        # Every fourth is begun by one who outlives her connection, every fifth kills three.
        is_given_up, outlives = number % 5 == 4, number % 4 == 3
        begun = making.TRIES if is_given_up else chance.randint(2 * outlives, making.TRIES - 1)
        if outlives:
            frozen += 1
            broken += _outlived(company, pk)
        for _ in range(begun - 2 * outlives):
            point = chance.choice(EXPORTS[is_given_up:])
            if ended(begin(_make, f"{point}=kill")) != signal.SIGKILL:
                broken.append(f"nobody came to {point}")
            deaths += 1
            broken += _offered_too_soon(company, pk)
        if ended(begin(_make)):
            broken.append("the survivor failed")
        broken += _miscarried(company, pk, expected[kind], is_given_up=is_given_up)
    broken += _left_over(company)
    return Findings({"files": files, "deaths": deaths, "frozen": frozen}, broken)


def _answers(company: Company, rows: int, path: Path) -> dict[str, str]:
    """Bring answers in and count them; return which of them the files are asked for."""
    now = clock.now()
    days = [(now - timedelta(days=n % 60 + 1)).date().isoformat() for n in range(rows)]
    said = [f"X-{n},{day}T09:00Z,{1 + n % 5},It took {n} calls\n" for n, day in enumerate(days)]
    path.write_text("id,answered_at,csat score,comment\n" + "".join(said))
    import_responses(
        organisation_id=company.organisation_id, path=path, plan=Plan(), actor=KEY, now=now
    )
    while dispatch():
        pass
    first, today = (now - timedelta(days=90)).date(), now.date()
    return {"from": first.isoformat(), "to": today.isoformat(), "today": today.isoformat()}


def _ask(company: Company, asked: dict[str, str], what: str, form: str) -> int:
    request = Request(
        what=what,
        form=form,
        name="acme",
        filter={},
        asked={**asked, **({"touchpoint": None} if what == "figures" else {})},
        with_customers=what == "responses",
    )
    with company.entered():
        job = request_export(
            organisation_id=company.organisation_id, request=request, actor=KEY, now=clock.now()
        )
    return int(job.pk)


def _from_the_console(company: Company, asked: dict[str, str], what: str, form: str) -> bytes:
    if what == "figures":
        with company.entered():
            return b"".join(figures_as_csv(figures_of(company.organisation_id, asked)))
    with company.entered():
        wanted = wanted_of(company.organisation_id, asked)
    export = Export(
        organisation_id=company.organisation_id,
        time_zone=company.organisation.time_zone,
        wanted=wanted,
        with_customers=True,
    )
    write = answers_as_xlsx if form == "xlsx" else answers_as_csv
    return _told(b"".join(write(export=export)), form)


def _told(content: bytes, form: str) -> bytes:
    """What a file says: a workbook notes when it was packed."""
    if form != "xlsx":
        return content
    with ZipFile(BytesIO(content)) as parts:
        return parts.read("xl/worksheets/sheet1.xml")


def _make() -> None:
    """As a worker does who is woken again and again, until a file was made or none waits."""
    making.PIECE, until = PIECE, time.monotonic() + PATIENCE
    while not making.make_next_file(clock=clock.now) and time.monotonic() < until:
        with tenancy.system("exports"):
            if not ExportJob.objects.waiting().exists():
                return
        time.sleep(0.01)  # the server has not yet noticed that somebody died


def _outlived(company: Company, pk: int) -> Iterator[str]:
    """Freeze a worker, cut its connection, have another begin the file: the first adds nothing."""
    sleeper = begin(_make, "export.before_ready=stop")
    os.waitpid(sleeper, os.WUNTRACED)
    if making.make_next_file(clock=clock.now):
        yield "two made a file at once"
    with connection.cursor() as cursor:
        cursor.execute(CUT_OFF)
        if cursor.fetchone() != (1,):
            yield "the frozen worker held no place"
    if ended(begin(_make, "export.kept=kill")) != signal.SIGKILL:
        yield "nobody began the file of a frozen worker again"
    os.kill(sleeper, signal.SIGCONT)
    ended(sleeper)  # its connection is gone, and its run is over
    with company.entered():
        state = ExportJob.objects.get(pk=pk).state
    if state != "running":
        yield f"a worker whose run was over made it {state}"


def _offered_too_soon(company: Company, pk: int) -> Iterator[str]:
    with company.entered():
        state = ExportJob.objects.get(pk=pk).state
    if state not in ("waiting", "running"):
        yield f"{state} while nobody had finished it"


def _miscarried(company: Company, pk: int, expected: bytes, *, is_given_up: bool) -> Iterator[str]:
    with company.entered():
        job = ExportJob.objects.get(pk=pk)
        parts = ExportPart.objects.filter(job=pk).order_by("number")
        content = b"".join(bytes(one.content) for one in parts)
    if is_given_up:
        if (job.state, job.trouble, content) != ("failed", making.FAILED, b""):
            yield f"three workers died and it is {job.state} with {len(content)} bytes"
        return
    if (job.state, job.size) != ("ready", len(content)):
        yield f"it is {job.state} with {len(content)} of {job.size} bytes"
    elif _told(content, job.form) != expected:
        yield f"{job.what} as {job.form} are not the console's"


def _left_over(company: Company) -> Iterator[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(making.ALONE)
        if not cursor.fetchone()[0]:
            yield "somebody still holds the place where files are made"
    with company.entered():
        stray = ExportPart.objects.exclude(job__state="ready").count()
    if stray:
        yield f"{stray} parts of files that nobody is offered"
