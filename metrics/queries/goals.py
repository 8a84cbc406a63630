"""What figures are held against: the goals of the two cards, and benchmarks with their sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from metrics.models import Benchmark, Goal
from metrics.models.notes import OnCard


@dataclass(frozen=True, kw_only=True)
class Aim:
    """A fixed score to hold a figure against, in points, and what it is called."""

    value: int
    name: str
    is_goal: bool
    by_on: date | None = None
    told: str = ""


def goals() -> dict[str, Goal]:
    """The goal of each card that has one."""
    return {row.card: row for row in Goal.objects.all()}


def benchmarks() -> Sequence[Benchmark]:
    return list(Benchmark.objects.order_by("card", "-year", "source"))


def aims() -> dict[str, list[Aim]]:
    """For each card its goal, then its benchmarks, the newest first; two statements."""
    found: dict[str, list[Aim]] = {card: [] for card in OnCard.Card.values}
    for card, goal in goals().items():
        found[card].append(aim_of(goal))
    for row in benchmarks():
        found[row.card].append(_held_against(row))
    return found


def aim_of(goal: Goal) -> Aim:
    return Aim(value=goal.value, name="goal", is_goal=True, by_on=goal.by_on)


def _held_against(row: Benchmark) -> Aim:
    told = f"{row.source}, {row.year}: {row.method}, n = {row.n:,}"
    return Aim(value=row.value, name=f"{row.source} {row.year}", is_goal=False, told=told)
