"""How long two worker processes take to decide a relational wave over everybody."""

import json
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from django.db import connection, connections

from accounts.rules.actors import COMMAND_LINE
from bench import world
from bench.results import Figure
from bench.servers import ROOT
from bench.setting import Setting
from kit import clock, tenancy
from surveys.actions.waves import start_wave
from surveys.models import Decision, Message, Programme

PROCESSES = 2
MILLION = 1_000_000
# Memory must not grow with the wave: what the first portions need is not counted.
MOST_GROWTH_MB = 32
PEOPLE = """
    INSERT INTO surveys_customer (organisation_id, email, address_key, name, phone, language,
        time_zone, properties, legal_basis, legal_basis_source, created_at)
    SELECT %(organisation)s, 'w' || n || '@bench.example', 'w' || n || '@bench.example',
        'Ada Okafor', '', '', CASE WHEN n %% 3 = 0 THEN 'America/New_York' ELSE '' END,
        '{"plan": "Basic", "region": "North"}', '', '', %(at)s
    FROM generate_series(1, %(count)s) n
"""


def wave_s(setting: Setting) -> Figure:
    """Seconds for a wave over a million customers; with fewer people, people a second."""
    count = 20_000 if setting.is_short else MILLION
    company = world.found_company(setting.now)
    with tenancy.organisation(company.organisation_id):
        with connection.cursor() as cursor:
            at = setting.now - timedelta(days=400)
            values: dict[str, Any] = {
                "organisation": company.organisation_id,
                "count": count,
                "at": at,
            }
            cursor.execute(PEOPLE, values)
        programme = Programme.objects.get(pk=company.programme_id)
        Programme.objects.filter(pk=programme.pk).update(kind="relational", cadence_months=6)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does within a minute
    took, cut, grew = _run(company.organisation_id, programme, count)
    if grew > MOST_GROWTH_MB:
        raise RuntimeError(f"a worker grew by {grew:.0f} MB")
    short = setting.is_short
    return Figure(
        name="wave_s",
        value=count / took if short else took,
        unit="people a second" if short else "s for a million",
        must=None if short else 120,
        goal=None if short else 60,
        better="higher" if short else "lower",
        runs=[took],
        setup=f"{count:,} people, {PROCESSES} processes, {count / took:,.0f} a second; cutting"
        f" took {cut:.1f} s of it; a worker grew by {grew:.0f} MB",
    )


def _run(organisation_id: int, programme: Programme, count: int) -> tuple[float, float, float]:
    with ExitStack() as stack:
        workers = [stack.enter_context(_worker()) for _ in range(PROCESSES)]
        for worker in workers:
            _said(worker)
        begun = time.perf_counter()
        with tenancy.organisation(organisation_id):
            start_wave(programme=programme, customer_ids=None, actor=COMMAND_LINE, now=clock.now())
        cut = time.perf_counter() - begun
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        told = [json.loads(_said(worker)) for worker in workers]
        took = time.perf_counter() - begun
    with tenancy.organisation(organisation_id):
        stored = (
            Decision.objects.filter(is_asked=True).count(),
            Message.objects.filter(state="queued").count(),
        )
    if stored != (count, count) or sum(each["decided"] for each in told) != count:
        raise RuntimeError(f"{stored} decisions and mails for {count} people")
    grew = max(each["sizes"][-1] - each["sizes"][0] for each in told)
    return took, cut, grew


def _worker() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.deciding"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _said(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    said: str = worker.stdout.readline()
    return said
