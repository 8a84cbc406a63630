"""D-3, D-4, D-5, D-8, D-14: a whole installation under steady load while its ground shakes."""

import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connections

from kit import clock
from surveys.models import Interaction, Message
from tests.chaos.broker import Broker
from tests.chaos.helpdesk import Helpdesk
from tests.chaos.invariants import Blame, Findings, judge
from tests.chaos.letters import faults_of
from tests.chaos.machines import BEAT, PATIENCE, WORKER, Fleet, answers, free_port
from tests.chaos.sink import Sink
from tests.chaos.world import Company, environment

CATCH_UP = 30.0  # seconds after a trouble within which everything due has left
P99_OF_POST = 1.0
LAG_P95, LAG_P99 = 10.0, 30.0


@dataclass(frozen=True)
class Sizes:
    """Seconds of each trouble, and how often the workers are replaced."""

    calm: float
    frozen: float
    down: float
    restarts: int


SHORT = Sizes(calm=4, frozen=4, down=2, restarts=1)
FULL = Sizes(calm=60, frozen=60, down=60, restarts=10)


class Standing:
    """The installation with its broker, its mail server and its helpdesk."""

    def __init__(self, fleet: Fleet, broker: Broker, sink: Sink, company: Company) -> None:
        self.fleet, self.broker, self.sink, self.company = fleet, broker, sink, company
        self.port = free_port()
        self.desk = Helpdesk(f"http://127.0.0.1:{self.port}", company.headers())
        self.workers = 0
        self.counts: dict[str, int] = {}
        self.broken: list[str] = []

    def open(self) -> None:
        self.fleet.start_web("web", self.port)
        self.fleet.start("beat", BEAT)
        self._new_worker()
        self.fleet.wait_for("the web server", lambda: answers(self.desk.address))

    def calm(self, seconds: float) -> None:
        """D-8: nothing happens; this is how long a due mail waits."""
        begun = time.time()
        time.sleep(seconds)
        lags = sorted(self._lags(begun))
        self._keep("D-8 lag p95 ms", 1000 * _share(lags, 0.95))
        self._keep("D-8 lag p99 ms", 1000 * _share(lags, 0.99))
        self._demand(bool(lags), "D-8 mails left while nothing happened")
        self._demand(_share(lags, 0.95) <= LAG_P95, f"D-8 lag p95 at most {LAG_P95:.0f} s")
        self._demand(_share(lags, 0.99) <= LAG_P99, f"D-8 lag p99 at most {LAG_P99:.0f} s")

    def frozen_broker(self, seconds: float) -> None:
        """D-5: Valkey takes connections and answers nobody; nobody who reports may notice."""
        begun = time.monotonic()
        self.broker.freeze()
        time.sleep(seconds)
        self.broker.thaw()
        self._judge_calls("D-5", begun)
        self._caught_up("D-5")

    def lost_broker(self, seconds: float) -> None:
        """D-4: all of Valkey is forgotten, then it is killed and stays away."""
        begun = time.monotonic()
        self.broker.empty()
        time.sleep(1)
        self.broker.kill()
        time.sleep(seconds)
        self.broker.start()
        self._judge_calls("D-4", begun)
        self._caught_up("D-4")

    def rolling_restarts(self, times: int) -> None:
        """D-3: again and again a new worker comes and the old one is asked to go."""
        for _ in range(times):
            old = f"worker{self.workers}"
            self._new_worker()
            time.sleep(1)
            process = self.fleet.processes[old]
            self.fleet.end(old, signal.SIGTERM)
            code = process.returncode
            words = f"D-3 {old} ended well, not with {code}:\n{self.fleet.last_words(old)}"
            self._demand(not code, words)
        self._keep("D-3 restarts", times)

    def judged(self) -> Findings:
        """Everything together, once the helpdesk has gone home."""
        self._caught_up("all")
        self._settle()
        posted = [call.number for call in self.desk.calls if call.status in (200, 201)]
        with self.company.entered():
            stored = Interaction.objects.count()
        self.company.mails = stored
        findings = judge(self.company, self.sink, Blame())
        missing = len(self.desk.calls) - stored
        self._demand(stored == len(posted) and not missing, f"D-5 {missing} reports are missing")
        self._demand(findings.counts["sent"] == stored, "every report became one sent mail")
        faults = Counter(fault for line in self.sink.stored() for fault in faults_of(line.raw))
        self._demand(not faults, f"D-14 mails as they must be, not {dict(faults)}")
        return Findings(
            {"reports": stored, **findings.counts, **self.counts}, [*findings.broken, *self.broken]
        )

    def _new_worker(self) -> None:
        self.workers += 1
        name = f"worker{self.workers}"
        self.fleet.start(name, WORKER)
        self.fleet.wait_for(f"{name} at work", lambda: self.fleet.children(name))

    def _lags(self, since: float) -> list[float]:
        """Seconds from due to stored, of the mails that became due since then."""
        at = {line.message_id.strip("<>"): line.at for line in self.sink.stored()}
        with self.company.entered():
            due = dict(Message.objects.values_list("message_id", "due_at"))
        connections.close_all()
        return [
            max(0.0, at[name] - moment.timestamp())
            for name, moment in due.items()
            if name in at and moment.timestamp() >= since
        ]

    def _judge_calls(self, demand: str, begun: float) -> None:
        """What the API's callers saw meanwhile."""
        calls = self.desk.since(begun, time.monotonic())
        slow = _share(sorted(call.took for call in calls), 0.99)
        errors = Counter(call.status for call in calls if call.status not in (200, 201))
        self._keep(f"{demand} reports", len(calls))
        self._keep(f"{demand} p99 ms", 1000 * slow)
        self._demand(bool(calls), f"{demand} somebody called")
        self._demand(not errors, f"{demand} no errors, not {dict(errors)}")
        self._demand(slow < P99_OF_POST, f"{demand} p99 of a report below {P99_OF_POST:.0f} s")

    def _caught_up(self, demand: str) -> None:
        """Everything that was due by now has left in time."""
        now, begun = clock.now(), time.monotonic()
        while time.monotonic() < begun + CATCH_UP and self._waiting(now):
            time.sleep(0.2)
        self._keep(f"{demand} caught up ms", 1000 * (time.monotonic() - begun))
        left = self._waiting(now)
        self._demand(not left, f"{demand} {left} mails still wait after {CATCH_UP:.0f} s")

    def _settle(self) -> None:
        """Nothing is counted while something still leaves: late is another fault than lost."""
        now = clock.now()
        left, until = self._waiting(now), time.monotonic() + PATIENCE
        while left and time.monotonic() < until:
            time.sleep(0.5)
            if (now_left := self._waiting(now)) < left:
                left, until = now_left, time.monotonic() + PATIENCE

    def _waiting(self, now) -> int:
        with self.company.entered():
            # In the order in which they go on: what moves meanwhile is counted twice, not never.
            unasked = Interaction.objects.filter(recorded_at__lte=now, decisions=None).count()
            mails = Message.objects.filter(invitation__interaction__recorded_at__lte=now)
            asked = mails.exclude(state="sent").count()
        connections.close_all()
        return asked + unasked

    def _keep(self, name: str, value: float) -> None:
        self.counts[name] = round(value)

    def _demand(self, holds: bool, words: str) -> None:  # noqa: FBT001 - reads as a sentence
        if not holds:
            self.broken.append(words)


def _share(values: Sequence[float], share: float) -> float:
    """The value that this share of the sorted values does not exceed."""
    return values[min(len(values) - 1, int(share * len(values)))] if values else 0.0


def run(sizes: Sizes, *, seed: int, folder: Path) -> Findings:
    """Put it up, shake it, count."""
    place = folder / f"standing-{seed}"
    place.mkdir()
    company = Company(clock.now())
    with Broker(place) as broker, Sink(place / "sink.jsonl", seed=seed, keep=True) as sink:
        told = {
            **environment(),
            "REDIS_URL": broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        }
        with Fleet(place, told) as fleet:
            standing = Standing(fleet, broker, sink, company)
            standing.open()
            with standing.desk.at_work():
                standing.calm(sizes.calm)
                standing.frozen_broker(sizes.frozen)
                standing.lost_broker(sizes.down)
                standing.rolling_restarts(sizes.restarts)
            return standing.judged()
