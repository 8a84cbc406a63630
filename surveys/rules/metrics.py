"""The three kinds of headline question and the scores each admits."""

from dataclasses import dataclass
from enum import StrEnum


class Metric(StrEnum):
    NPS = "nps"
    CSAT = "csat"
    CES = "ces"


@dataclass(frozen=True)
class Scale:
    """Whole numbers from `lowest` to `highest`, both included."""

    lowest: int
    highest: int

    @property
    def scores(self) -> range:
        return range(self.lowest, self.highest + 1)


SCALES: dict[Metric, Scale] = {
    Metric.NPS: Scale(0, 10),
    Metric.CSAT: Scale(1, 5),
    Metric.CES: Scale(1, 7),
}


def group(metric: Metric, score: int) -> str:
    """Return the score's group, "low", "middle" or "high", by which the why-question is chosen.

    NPS 0-6, 7-8, 9-10; CSAT 1-2, 3, 4-5; CES 1-4, (none), 5-7.
    """
    low, high = {Metric.NPS: (6, 9), Metric.CSAT: (2, 4), Metric.CES: (4, 5)}[metric]
    if score <= low:
        return "low"
    return "high" if score >= high else "middle"
