"""The storms: kill, freeze, restart, break, and at the end count every mail."""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2
from django.db import OperationalError, connection, connections

from cxapp.embedded import PREFIX
from kit import clock
from tests.chaos.invariants import Blame, Findings, judge
from tests.chaos.proxy import Proxy
from tests.chaos.sabotage import VARIANTS
from tests.chaos.sink import Sink
from tests.chaos.workers import Crew, hurry, start
from tests.chaos.world import Company

FAULTS = "dot-close=0.01,dot-close-stored=0.01,data-close=0.01,rcpt-451=0.03,dot-451=0.02"
FAULTS += ",rcpt-421=0.002,rcpt-close=0.01"
PATIENCE = 60.0


@dataclass(frozen=True)
class Plan:
    """One storm: how many mails, how much trouble."""

    name: str
    mails: int
    workers: int = 4
    kills: int = 0
    freezes: int = 0
    database_stops: int = 0
    sink_stops: int = 0
    faults: str = ""
    delay: float = 0.01
    dot_delay: float = 0.05
    variant: str = "product"
    frozen_for: float = 1.7  # longer than a lease
    mail_network: int = 0  # bytes after which a connection to the mail server breaks, on average
    database_network: int = 0  # the same to the database
    aims: bool = False  # strike as soon as the sink has a mail, when nobody else knows of it


def run(plan: Plan, *, seed: int, folder: Path) -> Findings:
    """Let the storm rage over a company of its own and judge what it left."""
    chance = random.Random(seed)
    company = Company(clock.now())
    company.queue(plan.mails)
    path = folder / f"{plan.name}-{seed}.jsonl"
    with ExitStack() as stack:
        sink = stack.enter_context(
            Sink(path, faults=plan.faults, delay=plan.delay, dot_delay=plan.dot_delay, seed=seed)
        )
        turn, networks = _through_networks(plan, sink, seed, stack)
        crew = Crew(turn, plan.workers)
        try:
            done = _rage(plan, chance, crew, sink)
            _settle(company)
        finally:
            crew.dismiss()
        cuts = sum(network.broken() for network in networks)
        blame = replace(done, kills=crew.kills, workers=plan.workers, cuts=cuts)
        findings = judge(company, sink, blame)
    company.cancel_rest()
    return findings


def _through_networks(
    plan: Plan, sink: Sink, seed: int, stack: ExitStack
) -> tuple[Callable[[], int], list[Proxy]]:
    """What a worker does in its turn, and the bad networks between it and the servers."""
    turn, log = VARIANTS[plan.variant], sink.path.with_suffix
    if not plan.mail_network:
        hurry(sink.port)
        return turn, []
    mail = Proxy(sink.port, log(".mail"), seed=seed, mean=plan.mail_network, silent=0.3)
    port = int(connection.settings_dict["PORT"] or 5432)
    database = Proxy(port, log(".database"), seed=seed, mean=plan.database_network, delay=0.001)
    hurry(stack.enter_context(mail).port)
    far = stack.enter_context(database).port

    def far_away() -> int:
        connections["default"].settings_dict["PORT"] = far  # in the worker only
        return turn()

    return far_away, [mail, database]


def _rage(plan: Plan, chance: random.Random, crew: Crew, sink: Sink) -> Blame:
    """Everything that is planned, in an order that the seed decides."""
    deeds: list[Callable[[], None]] = [lambda: _kill(chance, crew)] * plan.kills
    deeds += [lambda: crew.freeze_all_but_one(plan.frozen_for)] * plan.freezes
    deeds += [restart_database] * plan.database_stops
    deeds += [lambda: _restart(sink, chance)] * plan.sink_stops
    chance.shuffle(deeds)
    for deed in deeds:
        _until_something_arrives(sink)  # a kill before anybody has begun would prove nothing
        time.sleep(0 if plan.aims else chance.uniform(0.075, 0.225))
        deed()
    return Blame(database_stops=plan.database_stops, sink_stops=plan.sink_stops)


def _until_something_arrives(sink: Sink) -> None:
    size, until = sink.size(), time.monotonic() + 3
    while sink.size() == size and time.monotonic() < until:
        time.sleep(0.01)


def _kill(chance: random.Random, crew: Crew) -> None:
    crew.kill(chance.randrange(len(crew.pids)))


def _restart(sink: Sink, chance: random.Random) -> None:
    sink.kill()
    time.sleep(chance.uniform(0.05, 0.3))
    sink.start()


def may_restart_database() -> bool:
    """Whether the server is one that `cxapp.embedded` started for a run like this, and nobody's."""
    try:
        return PREFIX in Path(f"/proc/{_backend()}/cwd").readlink().as_posix()
    except OSError:
        return False


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return int(pid)


def restart_database() -> None:
    """Kill one server process: PostgreSQL then drops every session and recovers from its log."""
    connections.close_all()
    os.kill(_backend(), signal.SIGKILL)
    connections.close_all()
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            _backend()
        except (OperationalError, psycopg2.OperationalError):
            connections.close_all()
            time.sleep(0.05)
        else:
            connections.close_all()
            return
    raise TimeoutError("PostgreSQL did not come back")


def _settle(company: Company) -> None:
    """Wait until no row is on its way any more, or nothing has moved for a while."""
    left, until = company.still_open(), time.monotonic() + PATIENCE
    while left and time.monotonic() < until:
        time.sleep(0.2)
        now_left = company.still_open()
        if now_left < left:
            left, until = now_left, time.monotonic() + PATIENCE
    connections.close_all()


def rush(*, mails: int, drains: int, seed: int, folder: Path) -> Findings:
    """D-6: every drain starts at once on the same rows, and each is woken twice."""
    company = Company(clock.now())
    company.queue(mails)
    with Sink(folder / f"rush-{seed}.jsonl", seed=seed) as sink:
        hurry(sink.port)
        pids = [start(VARIANTS["product"], until_empty=True) for _ in range(drains)]
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        findings = judge(company, sink, Blame(workers=drains))
    broken = list(findings.broken)
    broken += ["every drain ended well"] if any(codes) else []
    broken += ["every mail arrived"] if findings.counts["arrived"] != mails else []
    return Findings(findings.counts, broken)
