"""Many comparisons judged together, so that the luckiest of them is not taken for news."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from metrics.statistics.definitions import Definition
from metrics.statistics.figures import difference, needed_n
from metrics.statistics.intervals import Difference
from metrics.statistics.scanning import discoveries, threshold
from metrics.statistics.scores import Histogram
from metrics.statistics.tiers import Tier
from metrics.statistics.verdicts import LEVEL, Verdict, judge

ENOUGH = int(Tier.SMALL_SAMPLE)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Versus:
    """Two groups of answers to one question: now and before, or a segment and all others."""

    definition: Definition
    here: Histogram
    there: Histogram

    @property
    def is_enough(self) -> bool:
        """Whether both sides have the answers that a verdict needs."""
        return min(sum(self.here.values()), sum(self.there.values())) >= ENOUGH


@dataclass(frozen=True)
class Tested:
    """A verdict as one of a family: `threshold` is the largest p that the family calls."""

    verdict: Verdict
    threshold: float
    tests: int


@dataclass(frozen=True)
class Compared:
    """A difference that was worked out, with what it takes to judge it."""

    difference: Difference
    smallest_change: float
    needed_n: int


def judge_together(family: Mapping[Key, Versus], rate: float = LEVEL) -> dict[Key, Tested]:
    """Judge every comparison that has enough answers on both sides; the others are left out.

    Benjamini and Hochberg 1995.
    """
    return judge_all(
        {key: _compared(versus) for key, versus in family.items() if versus.is_enough}, rate
    )


def judge_all(family: Mapping[Key, Compared], rate: float = LEVEL) -> dict[Key, Tested]:
    """Judge differences by the false discovery rate of the whole family.

    Benjamini and Hochberg 1995, *J. R. Stat. Soc. B* 57:289-300.
    """
    values = [compared.difference.p for compared in family.values()]
    limit = threshold(values, rate)
    return {
        key: Tested(_verdict(family[key], is_found=found), limit, len(values))
        for key, found in zip(family, discoveries(values, rate), strict=True)
    }


def _compared(versus: Versus) -> Compared:
    change = difference(versus.definition, versus.here, versus.there)
    assert change is not None
    needed = needed_n(versus.definition, versus.here)
    return Compared(change, versus.definition.smallest_change, needed)


def _verdict(compared: Compared, *, is_found: bool) -> Verdict:
    return judge(
        compared.difference,
        smallest_change=compared.smallest_change,
        needed_n=compared.needed_n,
        level=math.inf if is_found else 0.0,
    )
