"""Anonymous answers while web workers are killed: used and stored together, or neither.

No row leads from a link to its answer, so that people write into their words which link they hold;
nobody but this storm could know it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
from django.db import connections

from kit import clock
from respond import stamps
from surveys.models import AnonymousAnswer, Invitation, Programme
from tests.chaos.answers import Customers, Killer
from tests.chaos.doors import Door, Link
from tests.chaos.invariants import Findings
from tests.chaos.machines import Fleet
from tests.chaos.world import Company, environment

CLOSED = 404


@dataclass
class Unnamed(Customers):
    """People who answer on the one page there is, and are thanked or told that they had.

    They say the same each time: a second score would not be taken, and they are not told which is.
    """

    said: dict[int, int] = field(default_factory=dict)  # by invitation: the score sent first
    came: dict[int, list[str]] = field(default_factory=dict)  # by invitation: of each try

    def invite(self, count: int) -> list[Link]:
        links = super().invite(count)
        with self.door.company.entered():
            asked = Invitation.objects.filter(id__in=[link.invitation for link in links])
            asked.update(is_anonymous=True)
        connections.close_all()
        return links

    def send(self, link: Link, score: int) -> None:
        score = self.said.setdefault(link.invitation, score)
        shown = stamps.stamp(stamps.QUESTION, link.token, clock.now() - timedelta(minutes=1))
        form = {"score": str(score), "comment": words(link), "note_2": "", "shown": shown}
        try:
            answer = self.door.client.post(link.path, data=form)
        except httpx.HTTPError as error:
            self.broken[type(error).__name__] += 1
            self.came.setdefault(link.invitation, []).append(type(error).__name__)
            return
        is_ours = answer.headers.get("X-Robots-Tag", "no page of ours")
        self.came.setdefault(link.invitation, []).append(f"{answer.status_code} ({is_ours})")
        # Closed to whoever was not told: her answer stood before its worker could say so.
        if answer.status_code == CLOSED or "Thank you" in answer.text:
            self.told[link.invitation] = score
        else:
            self.broken[str(answer.status_code)] += 1


def words(link: Link) -> str:
    return f"This is what the holder of link {link.invitation} has to say."


def run(*, sent: int, kills: int, seed: int, folder: Path) -> Findings:
    """So many anonymous answers while workers die; afterwards each that was taken is there once."""
    place = folder / f"unnamed-{seed}"
    place.mkdir()
    company = Company(clock.now())
    with company.entered():
        Programme.objects.update(is_anonymous=True)
    with Fleet(place, environment()) as fleet:
        door = Door(fleet, company)
        door.open()
        customers = Unnamed(door, [])
        customers.links += customers.invite(sent)
        with Killer(customers, kills, seed) as killer:
            customers.answer_until(killer)
        first = list(_broken(customers))
        at_once = len(customers.told)
        customers.again()
        last = list(_broken(customers))
    counts = {
        "answers": len(customers.links),
        "kills": killer.kills,
        "broken off": sum(customers.broken.values()),
        "told at once": at_once,
        "told in the end": len(customers.told),
    }
    rules = {
        f"{kills} workers were killed": killer.kills >= kills,
        "no answer of the server was an error": not {"500", "503"} & set(customers.broken),
        "everybody was told in the end": len(customers.told) == len(customers.links),
    }
    return Findings(counts, [*first, *last, *(rule for rule, holds in rules.items() if not holds)])


def _broken(customers: Unnamed) -> Iterator[str]:
    """Compare what people were told with what is stored, and both with the links that are used."""
    with customers.door.company.entered():
        stored = Counter(AnonymousAnswer.objects.values_list("comment", "score"))
        used = set(Invitation.objects.filter(is_used=True).values_list("id", flat=True))
    connections.close_all()
    told = {
        (words(link), customers.told[link.invitation]): link.invitation
        for link in customers.links
        if link.invitation in customers.told
    }
    if missing := told.keys() - set(stored):
        yield f"{len(missing)} answers that were taken are missing or another"
        for one in sorted(missing)[:3]:
            invitation = told[one]
            scores = [score for said, score in stored if said == one[0]]
            tries = ", ".join(customers.came[invitation][-4:])
            yield f"told {one[1]}, stored {scores}, used {invitation in used}, after {tries}"
    if doubled := [one for one, count in stored.items() if count > 1]:
        yield f"{len(doubled)} answers stand twice"
    if len(used) != sum(stored.values()):
        yield f"{len(used)} links are used for {sum(stored.values())} answers"
