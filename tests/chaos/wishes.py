"""D-13: looking stops nothing, one click stops everything, also a mail that a worker holds."""

import os
import re
import signal
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connections
from django.test import Client

from kit import clock, failpoints
from surveys.models import Message, Suppression
from tests.chaos.invariants import Blame, Findings, judge
from tests.chaos.letters import ONE_CLICK, stop_link
from tests.chaos.sink import Sink, Stored
from tests.chaos.workers import hurry, product, start
from tests.chaos.world import PLAIN_STATIC_FILES, Company

# Where a worker already holds the mail, from the claim to the last moment before the fence.
IN_TIME = ("email.claimed", "email.written", "smtp.sender", "smtp.recipient", "email.before_fence")
TOO_LATE = "email.after_fence"
FORM = "application/x-www-form-urlencoded"


def run(*, looks: int, mails: int, seed: int, folder: Path) -> Findings:
    """Let each of a few customers say stop at another moment of her next mail."""
    company = Company(clock.now())
    moments = (*IN_TIME, TOO_LATE)
    company.queue(len(moments))
    with PLAIN_STATIC_FILES, Sink(folder / f"wishes-{seed}.jsonl", seed=seed, keep=True) as sink:
        hurry(sink.port)
        _drained()
        customers = [Customer(company, line, sink) for line in sink.stored()]
        broken = _looked(company, customers, looks)
        for moment, customer in zip(moments, customers, strict=True):
            broken += [f"{moment}: {words}" for words in customer.says_stop_at(moment)]
        before = len(sink.stored())
        for number in range(mails):
            customers[number % len(customers)].is_asked_again()
        _drained()
        later = len(sink.stored()) - before
        broken += [f"{later} of {mails} later mails left"] if later else []
        company.mails += len(moments) + mails
        findings = judge(company, sink, Blame())
    counts = {"looks": looks, "clicks": len(moments), "later mails that left": later}
    return Findings({**counts, **findings.counts}, [*findings.broken, *broken])


class Customer:
    """Somebody who has one mail and the links in it."""

    def __init__(self, company: Company, line: Stored, sink: Sink) -> None:
        self.company, self.to, self.sink = company, line.to, sink
        self.one_click = _path(stop_link(line.raw))
        self.links = {self.one_click, *re.findall(r"/u/[\w-]+", line.raw.replace("=\r\n", ""))}

    def is_asked_again(self) -> int:
        return self.company.ask_again(self.to)

    def says_stop_at(self, moment: str) -> list[str]:
        """Click while a worker is held fast at that moment of her next mail; what went wrong."""
        message = self.is_asked_again()
        os.environ[failpoints.ORDERS] = f"{moment}=stop"
        worker = start(product, until_empty=True)
        del os.environ[failpoints.ORDERS]
        _, status = os.waitpid(worker, os.WUNTRACED)
        wrong = [] if os.WIFSTOPPED(status) else ["no worker held the mail"]
        wrong += self._clicked()
        _let_go(worker)
        arrived = Counter(line.to for line in self.sink.stored())[self.to]
        with self.company.entered():
            state = str(Message.objects.get(pk=message).state)
            rows = Suppression.objects.filter(address_key=self.to, lifted_at=None).count()
        connections.close_all()
        expected = ("sent", 2) if moment == TOO_LATE else ("suppressed", 1)
        if (state, arrived) != expected:
            wrong.append(f"{state} with {arrived} mails, expected {expected}")
        return wrong + ([] if rows == 1 else [f"{rows} suppressions"])

    def _clicked(self) -> list[str]:
        """As mail programs do it: without cookies, and eleven times."""
        answers = [
            Client(enforce_csrf_checks=True).post(self.one_click, ONE_CLICK, content_type=FORM)
            for _ in range(11)
        ]
        connections.close_all()
        wrong = {answer.status_code for answer in answers} - {200}
        return [f"a click was answered {sorted(wrong)}"] if wrong else []


def _looked(company: Company, customers: list[Customer], looks: int) -> list[str]:
    """Open every link that unsubscribes as scanners do; nothing may come of it."""
    client = Client()
    links = [link for customer in customers for link in sorted(customer.links)]
    codes = Counter(
        (client.head if number % 2 else client.get)(links[number % len(links)]).status_code
        for number in range(looks)
    )
    with company.entered():
        stopped = Suppression.objects.count()
    connections.close_all()
    wrong = [f"looking stopped {stopped}"] if stopped else []
    return wrong + ([] if set(codes) == {200} else [f"looking was answered {dict(codes)}"])


def _drained() -> None:
    _let_go(start(product, until_empty=True))


def _let_go(worker: int) -> None:
    """Let it go on, also when it comes by the same moment once more, until it ends."""
    while True:
        os.kill(worker, signal.SIGCONT)
        _, status = os.waitpid(worker, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            return


def _path(link: str) -> str:
    return urlsplit(link).path
