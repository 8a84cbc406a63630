"""What a valid score is: an integer inside the scale of its question, and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar


class BadScore(ValueError):
    """The value is no score of this scale; the message says which would be."""


@dataclass(frozen=True)
class Scale:
    """The whole numbers a question can be answered with, both ends included."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low >= self.high:
            raise ValueError(f"A scale needs two ends, got {self.low} to {self.high}.")

    def check(self, value: object) -> int:
        """Return the value as a score; 6.5, -1, 11, True and any text are refused."""
        # bool is an int to Python: without this line a JSON `true` would be stored as a 1.
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadScore(f"A score is a whole number from {self}, not {value!r}.")
        if not self.low <= value <= self.high:
            raise BadScore(f"A score is a whole number from {self}, {value} is outside.")
        return value

    def __str__(self) -> str:
        return f"{self.low} to {self.high}"


NPS_SCALE = Scale(0, 10)
CSAT_SCALE = Scale(1, 5)
CES_SCALE = Scale(1, 7)

Histogram = Mapping[int, int]
Key = TypeVar("Key", int, str)  # a score, or a standing


def histogram(scores: Iterable[object], scale: Scale) -> dict[int, int]:
    """Count each score of the scale; scores nobody gave are absent."""
    counted: dict[int, int] = {}
    for value in scores:
        score = scale.check(value)
        counted[score] = counted.get(score, 0) + 1
    return counted


def check_histogram(counts: Histogram, scale: Scale) -> None:
    """Refuse counts below zero and scores outside the scale."""
    given: Iterable[tuple[object, object]] = counts.items()
    for score, count in given:
        # What is right is told apart first: pages check some thousand counts each.
        if type(score) is not int or not scale.low <= score <= scale.high:
            scale.check(score)
        if type(count) is not int or count < 0:  # a bool is no count
            raise BadScore(f"{count!r} people cannot have answered {score}.")


def without(counts: Mapping[Key, int], part: Mapping[Key, int]) -> dict[Key, int]:
    """Count everybody but a part of them."""
    left = {key: count - part.get(key, 0) for key, count in counts.items()}
    return {key: count for key, count in left.items() if count}
