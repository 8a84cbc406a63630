"""Goals of the two cards as lines of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from console.door import Door
from metrics.models import Benchmark, Goal
from reports.rules.words import count_text

CARDS = {"service": "Service", "experience": "Experience"}
METRICS = {"service": "CSAT at service touchpoints", "experience": "NPS of the relationship"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One card with its goal, or with none yet."""

    name: str
    metric: str
    goal: Goal | None
    score: str
    edit_url: str
    drop_url: str


def card_name(card: str) -> str:
    return CARDS[card]


def lines_of(goals: Mapping[str, Goal], door: Door) -> list[Line]:
    return [
        Line(
            name=name,
            metric=METRICS[card],
            goal=goals.get(card),
            score=score_of(card, goals[card].value) if card in goals else "",
            edit_url=reverse(f"console:goal_{card}", args=[door.slug]),
            drop_url=reverse(f"console:goal_{card}_drop", args=[door.slug]),
        )
        for card, name in CARDS.items()
    ]


def benchmark_lines(benchmarks: Sequence[Benchmark]) -> list[tuple[Benchmark, str, str]]:
    """Each with its score and its n as pages write them."""
    return [(one, score_of(one.card, one.value), count_text(one.n)) for one in benchmarks]


def score_of(card: str, value: int) -> str:
    """Write a goal or a benchmark as its card writes scores."""
    if card == "service":
        return f"{value} %"
    return f"{value:+d}".replace("-", "\u2212") if value else "0"
