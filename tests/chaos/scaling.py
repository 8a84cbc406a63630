"""D-6: two beats, many workers, two web servers, each on a machine of its own: one system."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import TypeVar

import httpx
from django.db import connection, connections
from django.test import Client

from cxapp.watch.backlog import backlog
from events.models import Delivery
from kit import clock
from metrics.actions.comparing import compare_cells
from metrics.models import CountedAnswer
from surveys.models import Interaction, Message, MessageAttempt, Response
from tests.chaos.broker import Broker
from tests.chaos.invariants import Blame, Findings, judge
from tests.chaos.letters import form_in, link_in
from tests.chaos.machines import BEAT, PATIENCE, Fleet, answers, free_port
from tests.chaos.sink import Sink
from tests.chaos.world import PLAIN_STATIC_FILES, Company, environment

# One process each, as many as there are machines.
ONE_WORKER = "celery --app cxapp worker --pool solo --without-gossip --without-mingle"
FRESH = 5.0  # seconds until an answer is in the figures, however many come at once
REPEATS = 2  # of each call, at each web server, all at the same time
Answer = TypeVar("Answer")


def run(*, workers: int, queued: int, reports: int, seed: int, folder: Path) -> Findings:
    """Tell everything several times to several machines; it must have happened once."""
    place = folder / f"scaling-{seed}"
    place.mkdir()
    company = Company(clock.now())
    with Broker(place) as broker, Sink(place / "sink.jsonl", seed=seed, keep=True) as sink:
        mail = {"REDIS_URL": broker.url, "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        with Fleet(place, {**environment(), **mail}) as fleet:
            system = System(fleet, company, sink)
            company.queue(queued)
            system.open(workers)
            system.report(reports)
            system.settle("every mail left", lambda: system.sent() == queued + reports)
            system.use()
            with system.watched():
                system.answer()
                system.settle("every answer is counted", system.is_counted)
            return system.judged(queued + reports, workers)


class System:
    """All machines together, as helpdesks and customers meet them."""

    def __init__(self, fleet: Fleet, company: Company, sink: Sink) -> None:
        self.fleet, self.company, self.sink = fleet, company, sink
        self.webs = {f"web{number}": free_port() for number in (1, 2)}
        self.addresses = [f"http://127.0.0.1:{port}" for port in self.webs.values()]
        self.headers = company.headers()
        self.broken: list[str] = []
        self.connections = 0
        self.size = stored_bytes()
        self.rates: dict[str, int] = {}
        self.oldest = 0.0

    def open(self, workers: int) -> None:
        for name, port in self.webs.items():
            self.fleet.start_web(name, port)
        for number in (1, 2):
            self.fleet.start(f"beat{number}", BEAT)
        for number in range(workers):
            self.fleet.start(f"worker{number + 1}", ONE_WORKER)
        for address in self.addresses:
            self.fleet.wait_for(address, lambda address=address: answers(address))

    def report(self, count: int) -> None:
        """Every report comes four times at once, two times at each web server."""
        body = {
            "touchpoint": "billing",
            "occurred_at": (clock.now() - timedelta(minutes=5)).isoformat(),
        }

        def told(number: int, address: str) -> int:
            customer = {"email": f"r{number}@chaos.example", "name": "Ada Okafor"}
            url = f"{address}/api/v1/interactions"
            said = {**body, "source_id": str(number), "customer": customer}
            return httpx.post(url, json=said, headers=self.headers, timeout=30).status_code

        codes = self._at_once("reports a second", told, range(count))
        if codes != {201: count, 200: (2 * REPEATS - 1) * count}:
            self.broken.append(f"each report is new once, not {dict(codes)}")

    def answer(self) -> None:
        """Every customer presses Send four times at once, two times at each web server."""
        with PLAIN_STATIC_FILES:
            links = [link_in(line.raw) for line in self.sink.stored()]
            forms = [form_in(Client().get(link, {"score": "4"}).content) for link in links]
        connections.close_all()
        time.sleep(1.1)  # whoever sends sooner is no person

        def sent(place: int, address: str) -> int:
            url = f"{address}{links[place]}"
            return httpx.post(url, data=forms[place], timeout=30).status_code

        codes = self._at_once("answers a second", sent, range(len(links)))
        if set(codes) != {303}:
            self.broken.append(f"every answer is taken, not {dict(codes)}")

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look again and again, as `/healthz` does, how long the oldest answer has waited."""
        is_over = Event()
        watch = Thread(target=self._watch, args=[is_over])
        watch.start()
        try:
            yield
        finally:
            is_over.set()
            watch.join()

    def _watch(self, is_over: Event) -> None:
        while not is_over.wait(0.2):
            waits = backlog(now=clock.now()).answer
            self.oldest = max(self.oldest, waits.total_seconds() if waits else 0.0)
        connections.close_all()

    def use(self) -> None:
        """How many connections to the database the machines hold between them."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )
            (self.connections,) = cursor.fetchone()
        connections.close_all()

    def sent(self) -> int:
        with self.company.entered():
            return Message.objects.filter(state="sent").count()

    def is_counted(self) -> bool:
        with self.company.entered():
            answered = Response.objects.count()
            counted = CountedAnswer.objects.count()
            return counted == answered and not Delivery.objects.exists()

    def settle(self, what: str, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not condition():
            connections.close_all()
            if time.monotonic() > until:
                self.broken.append(f"{what} within {PATIENCE:.0f} s")
                return
            time.sleep(0.2)
        connections.close_all()

    def judged(self, mails: int, workers: int) -> Findings:
        self.company.mails = mails
        findings = judge(self.company, self.sink, Blame())
        with self.company.entered():
            hosts = {
                name.partition(":")[0]
                for name in MessageAttempt.objects.values_list("worker", flat=True)
            }
            reports = Interaction.objects.count()
            answered = Response.objects.filter(standing="counted", score=4).count()
            differs = compare_cells(organisation_id=self.company.organisation_id).found
        rules = {
            "every mail has one answer": answered == mails,
            # Of two, one may be quick enough for all of a short run's mails.
            "several workers took part": len(hosts) > 1 or workers <= 2,
            "the cells hold what was answered": not differs,
            f"an answer is counted within {FRESH:.0f} s": self.oldest <= FRESH,
        }
        counts = {
            "workers": workers,
            "workers that mailed": len(hosts),
            "connections": self.connections,
            "bytes an answered mail": (stored_bytes() - self.size) // mails,
            **self.rates,
            "oldest uncounted answer ms": round(1000 * self.oldest),
            "reports": reports,
            "answers": answered,
        }
        broken = [rule for rule, holds in rules.items() if not holds]
        return Findings({**counts, **findings.counts}, [*findings.broken, *self.broken, *broken])

    def _at_once(
        self, what: str, call: Callable[[int, str], Answer], numbers: Iterable[int]
    ) -> Counter[Answer]:
        calls = [
            (number, address)
            for number in numbers
            for address in self.addresses
            for _ in range(REPEATS)
        ]
        begun = time.monotonic()
        with ThreadPoolExecutor(8) as lines:
            found = Counter(lines.map(lambda one: call(*one), calls))
        self.rates[what] = round(len(calls) / (time.monotonic() - begun))
        return found


def stored_bytes() -> int:
    """What all tables and indexes take on the disk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        (size,) = cursor.fetchone()
    return int(size)
