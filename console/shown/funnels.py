"""Steps from asked to answered, each a bar of those who came so far."""

from dataclasses import dataclass

from surveys.queries.programmes import Funnel
from surveys.queries.touchpoints import AskedOrNot


@dataclass(frozen=True, kw_only=True)
class Step:
    """One bar: its name, how many, and of how many."""

    name: str
    count: int
    of: int

    @property
    def text(self) -> str:
        return f"{self.count:,}"


def programme_steps(counts: Funnel) -> list[Step]:
    """Follow a programme's invitations; steps that nobody is at are left out."""
    steps = (
        ("Asked", counts.asked),
        ("Waiting to be sent", counts.waiting),
        ("Handed over", counts.sent),
        ("Uncertain", counts.uncertain),
        ("Not sent", counts.lost),
        ("Bounced", counts.bounced),
        ("Reminded once", counts.reminded),
        ("Opted out", counts.opted_out),
        ("Answered", counts.answered),
        ("Said why as well", counts.finished),
    )
    always = ("Asked", "Handed over", "Answered")
    return [
        Step(name=name, count=count, of=counts.asked)
        for name, count in steps
        if count or name in always
    ]


def touchpoint_steps(counts: AskedOrNot) -> list[Step]:
    """Follow the interactions at a touchpoint to their answers."""
    steps = (
        ("Interactions", counts.interactions),
        ("Asked", counts.asked),
        ("Mail handed over", counts.sent),
        ("Delivered", counts.delivered),
        ("Answered", counts.answered),
    )
    return [Step(name=name, count=count, of=counts.interactions) for name, count in steps]
