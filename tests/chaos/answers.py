"""Answers while web workers are killed: whoever was told "thank you" is in the database."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import httpx
from django.db import connections
from django.db.models import Count

from kit import clock
from respond import stamps
from surveys.models import Response
from tests.chaos.doors import Door, Link
from tests.chaos.invariants import Findings
from tests.chaos.machines import Fleet
from tests.chaos.world import Company, environment

RATE = 50  # answers a second
LONGEST = 300  # seconds that more people come where the kills were not reached, on a busy machine
EVERY = (0.5, 2.0)  # seconds between two kills, at random
MOST_TRIES = 60  # so often somebody presses Send again, once a second


@dataclass
class Customers:
    """People who press Send at a steady rate, and remember what they were told."""

    door: Door
    links: list[Link]
    told: dict[int, int] = field(default_factory=dict)  # by invitation: the score told as taken
    broken: Counter[str] = field(default_factory=Counter)

    def answer(self, links: Sequence[Link]) -> None:
        begun = time.monotonic()
        with ThreadPoolExecutor(32) as lines:
            for number, link in enumerate(links):
                time.sleep(max(0.0, begun + number / RATE - time.monotonic()))
                lines.submit(self.send, link, number % 5 + 1)

    def answer_until(self, killer: "Killer") -> None:
        """All of them; more and more people come until so many kills as planned have hit."""
        self.answer(self.links)
        until = time.monotonic() + LONGEST
        while killer.kills < killer.most and time.monotonic() < until:
            more = self.invite(RATE)
            self.links += more
            self.answer(more)

    def invite(self, count: int) -> list[Link]:
        return self.door.invite(count)

    def again(self) -> None:
        """Everybody who was told nothing presses Send until she is told something."""
        for _ in range(MOST_TRIES):
            silent = [link for link in self.links if link.invitation not in self.told]
            if not silent:
                return
            self.door.keep_up()
            with ThreadPoolExecutor(8) as lines:
                lines.map(lambda link: self.send(link, link.invitation % 5 + 1), silent)
            time.sleep(1)

    def send(self, link: Link, score: int) -> None:
        shown = stamps.stamp(stamps.QUESTION, link.token, clock.now() - timedelta(minutes=1))
        form = {"score": str(score), "note_2": "", "shown": shown}
        try:
            status = self.door.client.post(link.path, data=form).status_code
        except httpx.HTTPError as error:
            self.broken[type(error).__name__] += 1
            return
        if status == 303:
            self.told[link.invitation] = score
        else:
            self.broken[str(status)] += 1


class Killer:
    """Sends SIGKILL to one worker process or to all of them, at moments nobody chose.

    Each time somebody was answered since the last one: successors take seconds to come.
    """

    def __init__(self, customers: Customers, most: int, seed: int) -> None:
        self.customers, self.most, self.chance = customers, most, random.Random(seed)
        self.kills, self.restarts = 0, 0
        self.is_over = Event()
        self.thread = Thread(target=self._work)

    def __enter__(self) -> "Killer":
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.is_over.set()
        self.thread.join()

    def _work(self) -> None:
        told = 0
        while self.kills < self.most and not self.is_over.wait(self.chance.uniform(*EVERY)):
            # Granian gives up where a worker dies twice within seconds.
            self.restarts += self.customers.door.keep_up()
            if told == len(self.customers.told):
                continue
            told = len(self.customers.told)
            workers = self.customers.door.fleet.children("web")
            self.chance.shuffle(workers)
            for pid in workers[: self.chance.choice([1, len(workers)])]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.kills += 1


def run(*, sent: int, kills: int, seed: int, folder: Path) -> Findings:
    """So many answers while workers die; afterwards everybody who was told so is there."""
    place = folder / f"answers-{seed}"
    place.mkdir()
    company = Company(clock.now())
    with Fleet(place, environment()) as fleet:
        door = Door(fleet, company)
        door.open()
        customers = Customers(door, door.invite(sent))
        with Killer(customers, kills, seed) as killer:
            customers.answer_until(killer)
        first = _judged(customers)
        at_once = len(customers.told)
        customers.again()
        last = _judged(customers)
    counts = {
        "answers": len(customers.links),
        "kills": killer.kills,
        "restarts": killer.restarts,
        "broken off": sum(customers.broken.values()),
        "told at once": at_once,
        "told in the end": len(customers.told),
        **last.counts,
    }
    rules = {
        f"{kills} workers were killed": killer.kills >= kills,
        "no answer of the server was an error": not {"500", "503"} & set(customers.broken),
        "everybody was told in the end": len(customers.told) == len(customers.links),
    }
    broken = [rule for rule, holds in rules.items() if not holds]
    return Findings(counts, [*first.broken, *last.broken, *broken])


def _judged(customers: Customers) -> Findings:
    """Compare what people were told with what is stored."""
    stored = customers.door.stored(customers.links)
    wrong = [one for one, score in customers.told.items() if stored.get(one) != (score, "counted")]
    with customers.door.company.entered():
        doubled = (
            Response.objects.values("invitation").annotate(n=Count("id")).filter(n__gt=1).count()
        )
    connections.close_all()
    broken = [f"{len(wrong)} answers that were taken are missing or another"] if wrong else []
    broken += [f"{doubled} links have two responses"] if doubled else []
    return Findings({"missing": len(wrong), "doubled": doubled}, broken)
