"""Tests between Net Promoter Scores: two samples, shared customers, pairs."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from metrics.statistics.intervals import Difference, around
from metrics.statistics.nps import NpsCounts, adjusted, score, side

Sides = tuple[int, int]


# Pages compare the same whole numbers at each look; the answer depends on nothing else.
@lru_cache(maxsize=8192)
def two_samples(now: NpsCounts, before: NpsCounts) -> Difference | None:
    """Two independent scores: both adjusted, then a z test of their difference.

    Rocks 2016; Lewis and Sauro 2021, "A statistical significance test for the NPS",
    MeasuringU. The size is that of the adjusted scores, as the interval is.
    """
    if not now.n or not before.n:
        return None
    first, second = adjusted(now), adjusted(before)
    error = math.sqrt(first.squared_error + second.squared_error)
    return around(first.score - second.score, error, _raw(now, before), now.n, before.n)


def _raw(now: NpsCounts, before: NpsCounts) -> Fraction:
    late, early = score(now), score(before)
    assert late is not None
    assert early is not None
    return late - early


@dataclass(frozen=True)
class Pairs:
    """The same people twice: how many went from which side (before) to which (now)."""

    counts: Mapping[Sides, int]

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    def are_among(self, now: NpsCounts, before: NpsCounts) -> bool:
        """Whether all of them can stand among these groups, side by side, in both periods."""
        return all(
            sum(count for sides, count in self.counts.items() if sides[place] == one) <= most
            for place, groups in ((0, before), (1, now))
            for one, most in zip(
                (1, 0, -1), (groups.promoters, groups.passives, groups.detractors), strict=True
            )
        )

    @property
    def covariance(self) -> float:
        """How far both answers of one person move together, per pair."""
        if not self.n:
            return 0.0
        product = sum(count * was * now for (was, now), count in self.counts.items())
        before = sum(count * was for (was, _), count in self.counts.items())
        after = sum(count * now for (_, now), count in self.counts.items())
        return float(Fraction(product, self.n) - Fraction(before * after, self.n**2))


def pairs(scores: Iterable[tuple[int, int]]) -> Pairs:
    """Pairs from single scores, each (before, now), by their sides (Reichheld 2003)."""
    counts: dict[Sides, int] = {}
    for was, now in scores:
        sides = (side(was), side(now))
        counts[sides] = counts.get(sides, 0) + 1
    return Pairs(counts)


def overlapping(now: NpsCounts, before: NpsCounts, shared: Pairs) -> Difference | None:
    """Two periods that share customers: the covariance of the shared ones is taken off.

    SE^2 = V1/n1 + V2/n2 - 2 n12 c12 / (n1 n2), the variance of a difference of two
    overlapping sample means (Kish 1965, *Survey Sampling*, section 12.4), on the
    adjusted variances of Rocks 2016. The shared must be among the counted: of others the
    covariance could be larger than both variances together, and no SE would be left.
    """
    if not now.n or not before.n:
        return None
    if not shared.are_among(now, before):
        raise ValueError(f"{shared.n} people cannot be in both {now} and {before}.")
    first, second = adjusted(now), adjusted(before)
    together = 2 * shared.n * shared.covariance / (first.n * second.n)
    squared = first.squared_error + second.squared_error - together
    size = first.score - second.score
    return around(size, math.sqrt(squared), _raw(now, before), now.n, before.n)


def paired(people: Pairs) -> Difference | None:
    """The same people twice, judged on each person's own +1, 0 or -1 difference.

    A paired z test (Student 1908) on top of three imaginary pairs whose two answers are
    independent and spread as in the adjusted Wald, so that ten people who all stayed
    where they were are not called certain (after Agresti and Min 2005, *Stat. Med.*
    24:729-740, who do it for shares).
    """
    n = people.n
    if not n:
        return None
    total = sum(count * (now - was) for (was, now), count in people.counts.items())
    squares = sum(count * (now - was) ** 2 for (was, now), count in people.counts.items())
    mean = total / (n + 3)
    # An imaginary pair has two independent answers of variance one half: their
    # difference has variance one, and there are three of them.
    spread = (squares + 3) / (n + 3) - mean * mean
    return around(mean, math.sqrt(spread / (n + 3)), Fraction(total, n), n, n)
