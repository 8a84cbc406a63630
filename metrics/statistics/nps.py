"""The Net Promoter Score: groups, score, variance and the adjusted Wald interval."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from metrics.statistics.intervals import Z_95, Interval
from metrics.statistics.rounding import half_away
from metrics.statistics.scores import NPS_SCALE, Histogram, check_histogram, histogram

PASSIVE_FROM = 7
PROMOTER_FROM = 9


def side(score: int) -> int:
    """+1 for a promoter (9-10), 0 for a passive (7-8), -1 for a detractor (0-6).

    Reichheld 2003, "The one number you need to grow", *Harvard Business Review*.
    """
    return (score >= PROMOTER_FROM) - (score < PASSIVE_FROM)


@dataclass(frozen=True)
class NpsCounts:
    """How many promoters, passives and detractors answered."""

    promoters: int
    passives: int
    detractors: int

    def __post_init__(self) -> None:
        if min(self.promoters, self.passives, self.detractors) < 0:
            raise ValueError(f"Nobody can be counted below zero: {self}.")

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors

    def mirrored(self) -> "NpsCounts":
        return NpsCounts(self.detractors, self.passives, self.promoters)

    def __add__(self, other: "NpsCounts") -> "NpsCounts":
        return NpsCounts(
            self.promoters + other.promoters,
            self.passives + other.passives,
            self.detractors + other.detractors,
        )


def groups(counts: Histogram) -> NpsCounts:
    """Promoters, passives and detractors of a histogram of scores 0 to 10 (Reichheld 2003)."""
    check_histogram(counts, NPS_SCALE)
    by_side = [0, 0, 0]
    for score, count in counts.items():
        by_side[side(score)] += count
    return NpsCounts(by_side[1], by_side[0], by_side[-1])


def count(scores: Iterable[object]) -> NpsCounts:
    """The groups of single scores (Reichheld 2003); anything that is no score is refused."""
    return groups(histogram(scores, NPS_SCALE))


def score(counts: NpsCounts) -> Fraction | None:
    """(P - D) / n as an exact fraction from -1 to 1; None when nobody answered.

    Reichheld 2003; Rocks 2016, *The American Statistician* 70:365-372.
    """
    return Fraction(counts.promoters - counts.detractors, counts.n) if counts.n else None


def shown(counts: NpsCounts) -> int | None:
    """The score a page prints, from -100 to 100, rounded once from the counts (Reichheld 2003)."""
    exact = score(counts)
    return None if exact is None else half_away(exact * 100)


def variance(counts: NpsCounts) -> Fraction | None:
    """The variance of one answer, (P + D)/n - s^2 (Rocks 2016)."""
    exact = score(counts)
    if exact is None:
        return None
    return Fraction(counts.promoters + counts.detractors, counts.n) - exact * exact


def standard_error(counts: NpsCounts) -> float | None:
    """The plain standard error of the score, without any adjustment (Rocks 2016)."""
    spread = variance(counts)
    return None if spread is None else math.sqrt(spread / counts.n)


@dataclass(frozen=True)
class Adjusted:
    """Score and variance after three imaginary answers, and the answers there are then."""

    score: float
    variance: float
    n: int

    @property
    def squared_error(self) -> float:
        return self.variance / self.n


def adjusted(counts: NpsCounts) -> Adjusted:
    """Add 3/4 promoters, 3/2 passives and 3/4 detractors, then score again.

    Rocks 2016; Lewis and Sauro 2021, "Three confidence intervals for the NPS",
    MeasuringU.
    """
    total = counts.n + 3
    centre = (counts.promoters - counts.detractors) / total
    extremes = (counts.promoters + counts.detractors + 1.5) / total
    return Adjusted(centre, extremes - centre * centre, total)


def interval(counts: NpsCounts) -> Interval | None:
    """The 95 % adjusted Wald interval of the score, inside -1 to 1 (Rocks 2016)."""
    if not counts.n:
        return None
    near = adjusted(counts)
    half = Z_95 * math.sqrt(near.squared_error)
    return Interval(near.score - half, near.score + half).clamped(-1.0, 1.0)
