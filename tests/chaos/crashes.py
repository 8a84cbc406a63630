"""D-7: the product is stopped at every point it knows; what it left is taken up and counted."""

import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import time_machine
from django.db import connections
from django.test import Client

from accounts.transport import close_transport
from events.models import Delivery, Event
from events.tasks import dispatch
from kit import clock, failpoints
from metrics.actions.comparing import compare_cells
from surveys.models import Decision, Interaction, Message, Response
from surveys.tasks import deliver
from tests.chaos.invariants import Blame, Findings, judge
from tests.chaos.letters import form_in, link_in
from tests.chaos.points import CERTAIN, DOUBTED, POINTS, PROVEN
from tests.chaos.sink import Sink
from tests.chaos.workers import point_at
from tests.chaos.world import PLAIN_STATIC_FILES, Company

# Longer than every lease of the product: nobody waits for it, the survivors' clocks are set on.
LATER = timedelta(minutes=30)
PEOPLE = 2
UNREACHED = 3  # the exit code of a life that never came to its point
# Where no transaction is open: others would wait for a sleeper's locks, as they should.
CAN_SLEEP = [
    name
    for name in POINTS
    if name.startswith(("email.", "smtp.", "answer.", "reason.", "dispatch.committed"))
    and name not in ("email.recovering", "email.claiming")
]


@dataclass(frozen=True)
class Case:
    """Two customers on their way from the report to the count, and what happens to it where."""

    number: int
    deed: str
    point: str

    @property
    def people(self) -> list[str]:
        return [f"{self.number}-{place}" for place in range(PEOPLE)]

    @property
    def expected(self) -> set[str]:
        """What may become of the mail; a sleeper wakes up and finishes what it had begun."""
        if self.deed == "stop":
            return CERTAIN
        # Answered before anybody called it uncertain: that answer is not looked for again.
        early = self.deed == "raise" and self.point == "email.before_sent_commit"
        return DOUBTED | PROVEN if early else POINTS[self.point]

    def __str__(self) -> str:
        return f"{self.deed} at {self.point}"


def planned(deeds: Sequence[str]) -> list[tuple[str, str]]:
    return [(deed, name) for deed in deeds for name in (CAN_SLEEP if deed == "stop" else POINTS)]


def run(*, deeds: Sequence[str], seed: int, folder: Path) -> Findings:
    """Live through every case and count what is there in the end."""
    plans = planned(deeds)
    Random(seed).shuffle(plans)
    company = Company(clock.now())
    headers = company.headers()
    broken: list[str] = []
    path = folder / f"crashes-{seed}.jsonl"
    with PLAIN_STATIC_FILES, Sink(path, seed=seed, keep=True) as sink:
        point_at(sink.port)
        Life(Case(-1, "nothing", ""), sink, headers, clock.now() - LATER).warm_up()
        for number, (deed, name) in enumerate(plans):
            case = Case(number, deed, name)
            life = Life(case, sink, headers, clock.now() + 3 * number * LATER)
            broken += [f"{case}: {words}" for words in (*_strike(life), *_faults(company, life))]
        company.mails = PEOPLE * (1 + len(plans))
        findings = judge(company, sink, Blame(kills=len(plans)))
    broken += [*findings.broken, *_unbalanced(company)]
    counts = {"points": len(POINTS), "cases": len(plans), **findings.counts}
    return Findings(counts, broken)


class Life:
    """One process that does all that web server and workers do for the case's customers."""

    client = Client(raise_request_exception=False)

    def __init__(self, case: Case, sink: Sink, headers: dict[str, str], at: datetime) -> None:
        self.case, self.sink, self.headers, self.at = case, sink, headers, at
        self.is_hit = False
        self.steps: Sequence[Callable[[], object]] = (
            self.report,
            dispatch,
            deliver,
            self.answer,
            dispatch,
        )

    def begin(self, *, after: timedelta = timedelta(0), orders: str = "", rounds: int = 1) -> int:
        """Fork; return the process id."""
        connections.close_all()
        close_transport()
        sys.stdout.flush()
        if child := os.fork():
            return child
        code = 1
        try:
            os.environ[failpoints.ORDERS] = orders
            with time_machine.travel(self.at + after) as self.clock:
                self._obedient()
                for _ in range(rounds):
                    self._live()
            code = UNREACHED if orders and not self.is_hit else 0
        except BaseException:  # noqa: BLE001 - a forked child must never return into its parent
            traceback.print_exc()
        finally:
            os._exit(code)

    def warm_up(self) -> None:
        """Undisturbed and in this process: its children find every module and template loaded."""
        with time_machine.travel(self.at) as self.clock:
            self._live()
        connections.close_all()

    def _obedient(self) -> None:
        """Know that the point was reached; a sleeper wakes up at the others' time."""
        do = failpoints._do

        def done(deed: str, name: str) -> None:
            self.is_hit = True
            os.environ.pop(failpoints.ORDERS)  # once is enough
            do(deed, name)
            if deed == "stop":
                self.clock.shift(LATER + timedelta(minutes=1))

        failpoints._do = done

    def _live(self) -> None:
        for step in self.steps:
            try:
                step()
            except failpoints.Injected:
                close_transport()  # a task that failed; the next wake-up finds its rows

    def report(self) -> None:
        """What the helpdesk does: call, and call again with the same key when no answer came."""
        for person in self.case.people:
            answer = self.client.post(
                "/api/v1/interactions",
                data={
                    "source_id": person,
                    "touchpoint": "billing",
                    "occurred_at": (self.at - timedelta(minutes=5)).isoformat(),
                    "customer": {"email": f"{person}@chaos.example", "name": "Ada Okafor"},
                },
                content_type="application/json",
                headers={**self.headers, "Idempotency-Key": person},
            )
            if answer.status_code >= 500 and not self.is_hit:
                raise AssertionError(f"{answer.status_code} {answer.content!r}")

    def answer(self) -> None:
        """What customers do whose mail is there, unless their link is closed already."""
        own = {f"{person}@chaos.example" for person in self.case.people}
        for line in self.sink.stored():
            if line.to in own:
                self._press_send(link_in(line.raw))

    def _press_send(self, link: str) -> None:
        page = self.client.get(link, {"score": "4"})
        for _ in ("score", "reason"):
            form = form_in(page.content)
            if form is None:
                return
            self.clock.shift(timedelta(seconds=5))  # as long as a person looks at it
            page = self.client.post(link if "score" in form else f"{link}/why", form, follow=True)


def _strike(life: Life) -> list[str]:
    """The case's own life until its point, then a survivor's who finds what it left."""
    case = life.case
    first = life.begin(orders=f"{case.point}={case.deed}")
    _, status = os.waitpid(first, os.WUNTRACED)
    missed = not _as_ordered(case.deed, status)
    codes = [_ended(life.begin(after=LATER, rounds=2))]
    if os.WIFSTOPPED(status):
        os.kill(first, signal.SIGCONT)
        codes += [_ended(first), _ended(life.begin(after=2 * LATER, rounds=2))]
    return ["the point was not reached"] * missed + ["a survivor failed"] * any(codes)


def _as_ordered(deed: str, status: int) -> bool:
    if deed == "kill":
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return os.WIFSTOPPED(status) if deed == "stop" else os.waitstatus_to_exitcode(status) == 0


def _ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _faults(company: Company, life: Life) -> list[str]:
    """What is not as it must be for these customers."""
    case, people = life.case, life.case.people
    arrived = Counter(line.message_id.strip("<>") for line in life.sink.stored())
    with company.entered():
        rows = {
            "reports": Interaction.objects.filter(source_id__in=people).count(),
            "decisions": Decision.objects.filter(interaction__source_id__in=people).count(),
        }
        mails = list(Message.objects.filter(invitation__interaction__source_id__in=people))
        answers = Counter(
            Response.objects.filter(interaction__source_id__in=people).values_list(
                "invitation_id", flat=True
            )
        )
    connections.close_all()
    wrong = [f"{count} {name} of {PEOPLE}" for name, count in rows.items() if count != PEOPLE]
    states = sorted(str(mail.state) for mail in mails)
    if not any(states == sorted([state, "sent"]) for state in case.expected):
        wrong.append(f"mails ended {states}, expected {sorted(case.expected)}")
    pairs = [(arrived[mail.message_id], answers[mail.invitation_id]) for mail in mails]
    wrong += [f"{came} mails, {got} answers" for came, got in pairs if got != min(1, came)]
    return wrong


def _unbalanced(company: Company) -> list[str]:
    """The journal and the count must agree with the rows when all is over."""
    with company.entered():
        told = Counter(Event.objects.values_list("kind", flat=True))
        sent = Message.objects.filter(state="sent").count()
        decisions = Decision.objects.values_list("id", flat=True)
        made = Event.objects.filter(kind="decision.made").values_list("payload", flat=True)
        decided = [number for payload in made for number in payload["decisions"]]
        rules = {
            "every report is told once": told["interaction.recorded"]
            == Interaction.objects.count(),
            "every decision is told once": sorted(decided) == sorted(decisions),
            "every sent mail is told once": told["message.sent"] == sent,
            "every answer is told once": told["response.received"] == Response.objects.count(),
            "every answer counts": not Response.objects.exclude(standing="counted").exists(),
            "nobody owes a reaction": not Delivery.objects.exists(),
            "the cells hold what was answered": not compare_cells(
                organisation_id=company.organisation_id
            ).found,
        }
    return [rule for rule, holds in rules.items() if not holds]
