"""D-9: how many mails one worker process hands over in a second, and what two do."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.db import connections

from kit import clock
from surveys.tasks import deliver
from tests.chaos.invariants import Blame, Findings, judge
from tests.chaos.sink import Sink
from tests.chaos.workers import point_at, start
from tests.chaos.world import Company

LEAST = 50.0
WINDOW = 100  # mails; the best so many in a row, for the machine may have other work


def run(*, mails: int, seed: int, folder: Path) -> Findings:
    """Drain the same queue with one process and with two."""
    counts: dict[str, int] = {}
    broken: list[str] = []
    for workers in (1, 2):
        company = Company(clock.now())
        company.queue(mails)
        with Sink(folder / f"rates-{workers}-{seed}.jsonl", seed=seed) as sink:
            point_at(sink.port)
            pids = [start(deliver, until_empty=True) for _ in range(workers)]
            codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
            at = sorted(line.at for line in sink.stored())
            findings = judge(company, sink, Blame())
        connections.close_all()
        rate = _rate(at)
        counts |= {f"mails a second of {workers}": round(rate)}
        broken += findings.broken + (["every worker ended well"] if any(codes) else [])
        if len(at) != mails:
            broken.append(f"{len(at)} of {mails} mails arrived")
        if workers == 1 and rate < LEAST:
            broken.append(f"{rate:.0f} mails a second, at least {LEAST:.0f}")
    return Findings({"mails": mails, **counts}, broken)


def _rate(at: Sequence[float]) -> float:
    pairs = list(zip(at, at[WINDOW:], strict=False))
    return max((WINDOW / max(last - first, 0.001) for first, last in pairs), default=0.0)
