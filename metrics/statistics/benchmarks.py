"""A score held against a fixed one, a goal or a benchmark: above, below, or not to be told."""

import math
from dataclasses import dataclass
from enum import StrEnum

from metrics.statistics import nps, proportions
from metrics.statistics.definitions import Definition, Kind
from metrics.statistics.intervals import upper_tail
from metrics.statistics.nps import NpsCounts
from metrics.statistics.proportions import Share
from metrics.statistics.scores import Histogram
from metrics.statistics.student import binomial_at_most, incomplete_beta
from metrics.statistics.verdicts import LEVEL


class Standing(StrEnum):
    """What may be said of a score beside a fixed one."""

    ABOVE = "above"
    BELOW = "below"
    OPEN = "cannot be told"


@dataclass(frozen=True)
class BenchmarkTest:
    """Two one-sided tests of a score against a fixed one, each at 5 %.

    `p_above` is how rarely chance alone would lift a score of the benchmark this high,
    `p_below` how rarely it would let it drop this low.
    """

    distance: float
    p_above: float
    p_below: float
    n: int

    @property
    def standing(self) -> Standing:
        if self.p_above < LEVEL:
            return Standing.ABOVE
        return Standing.BELOW if self.p_below < LEVEL else Standing.OPEN


def against(definition: Definition, counts: Histogram, benchmark: float) -> BenchmarkTest | None:
    """Hold a histogram against a score from -1 or 0 to 1; None without answers.

    NPS: Lewis and Sauro 2021; shares: Clopper and Pearson 1934.
    """
    if definition.kind is Kind.NPS:
        return nps_against(nps.groups(counts), benchmark)
    return share_against(proportions.at_least(counts, definition.cut or 0), benchmark)


def nps_against(counts: NpsCounts, benchmark: float) -> BenchmarkTest | None:
    """One-sided z tests on the adjusted score.

    Lewis and Sauro 2021, "Comparing an NPS to a benchmark", MeasuringU, on the adjusted
    score of Rocks 2016.
    """
    exact = nps.score(counts)
    if exact is None:
        return None
    near = nps.adjusted(counts)
    z = (near.score - benchmark) / math.sqrt(near.squared_error)
    return BenchmarkTest(float(exact) - benchmark, upper_tail(z), upper_tail(-z), counts.n)


def share_against(share: Share, benchmark: float) -> BenchmarkTest | None:
    """Exact one-sided binomial tests (Clopper and Pearson 1934, *Biometrika* 26:404-413).

    Exact, so that of all who truly stand at the benchmark at most 5 in 100 are called
    above it, however few answered.
    """
    if share.exact is None:
        return None
    k, n = share.part, share.n
    at_least_k = incomplete_beta(k, n - k + 1, benchmark) if k else 1.0
    return BenchmarkTest(
        distance=float(share.exact) - benchmark,
        p_above=at_least_k,
        p_below=binomial_at_most(k, n, benchmark),
        n=n,
    )
