"""Shares of answers (CSAT, CES, response rate): Wilson, Newcombe's difference, McNemar."""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from metrics.statistics.intervals import Z_95, Difference, Interval, two_sided
from metrics.statistics.rounding import half_away
from metrics.statistics.scores import Histogram
from metrics.statistics.student import binomial_at_most


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.n:
            raise ValueError(f"{self.part} of {self.n} is no share.")

    def __add__(self, other: "Share") -> "Share":
        return Share(self.part + other.part, self.n + other.n)

    @property
    def exact(self) -> Fraction | None:
        """The share from 0 to 1; None when nobody answered."""
        return Fraction(self.part, self.n) if self.n else None

    @property
    def shown(self) -> int | None:
        """The percentage a page prints, rounded once."""
        return None if self.exact is None else half_away(self.exact * 100)


def at_least(counts: Histogram, cut: int) -> Share:
    """The share of answers at the cut or above, e.g. 4 and 5 of a CSAT from 1 to 5.

    Top-two-box; which boxes are taken is the definition's (Morgan and Rego 2006, *Marketing
    Science* 25:426-439, compare them).
    """
    part = sum(count for score, count in counts.items() if score >= cut)
    return Share(part, sum(counts.values()))


def wilson(share: Share, z: float = Z_95, n_effective: float | None = None) -> Interval | None:
    """Wilson's score interval of a share.

    Wilson 1927, *JASA* 22:209-212; Newcombe 1998a, *Stat. Med.* 17:857-872, method 3.
    """
    if not share.n:
        return None
    n = share.n if n_effective is None else n_effective
    p = share.part / share.n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # At both ends the bound is exact; floating point would put 0 of 3 outside its interval.
    low = centre - half if share.part else 0.0
    high = centre + half if share.part < share.n else 1.0
    return Interval(low, high)


# How many independent answers each of the two shares is worth; None: as many as there are.
Worth = tuple[float | None, float | None]
ALL_OF_THEM: Worth = (None, None)


# Most of what the gap costs was this search and its fractions, for the same pairs of shares each
# time the page is looked at; a share is two whole numbers, so the answer is as exact as before.
@lru_cache(maxsize=8192)
def newcombe(now: Share, before: Share, worth: Worth = ALL_OF_THEM) -> Difference | None:
    """The difference of two independent shares with the hybrid score interval.

    Newcombe 1998b, *Stat. Med.* 17:873-890, method 10. The p is the level at which the
    interval just touches zero, so that the call and the interval can never disagree.
    """
    if not now.n or not before.n:
        return None
    raw = Fraction(now.part, now.n) - Fraction(before.part, before.n)
    return Difference(
        size=float(raw),
        raw=raw,
        interval=_hybrid(now, before, Z_95, worth),
        p=_level_touching_zero(now, before, worth),
        n=now.n,
        n_before=before.n,
    )


def _hybrid(now: Share, before: Share, z: float, worth: Worth) -> Interval:
    first, second = wilson(now, z, worth[0]), wilson(before, z, worth[1])
    assert first is not None
    assert second is not None
    p1, p2 = now.part / now.n, before.part / before.n
    below = math.hypot(p1 - first.low, second.high - p2)
    above = math.hypot(first.high - p1, p2 - second.low)
    return Interval(p1 - p2 - below, p1 - p2 + above).clamped(-1.0, 1.0)


def _level_touching_zero(now: Share, before: Share, worth: Worth) -> float:
    if now.part * before.n == before.part * now.n:
        return 1.0
    low, high = 0.0, 40.0
    for _ in range(60):
        z = (low + high) / 2
        if _hybrid(now, before, z, worth).holds(0.0):
            high = z
        else:
            low = z
    return two_sided(high)


@dataclass(frozen=True)
class Movement:
    """How many of the same people crossed over each way, and whether that is chance."""

    gained: int
    lost: int
    pairs: int
    p: float
    net: float
    interval: Interval


def mcnemar(gained: int, lost: int, pairs: int) -> Movement | None:
    """Net movement among people asked twice, by the exact test on those who crossed over.

    McNemar 1947, *Psychometrika* 12:153-157 (exact binomial form); the interval is the
    adjusted Wald of Bonett and Price 2012, *J. Educ. Behav. Stat.* 37:479-488.
    """
    if min(gained, lost) < 0 or gained + lost > pairs:
        raise ValueError(f"{gained} up and {lost} down do not fit into {pairs} pairs.")
    if not pairs:
        return None
    p = min(1.0, 2 * binomial_at_most(min(gained, lost), gained + lost))
    up, down = (gained + 1) / (pairs + 2), (lost + 1) / (pairs + 2)
    half = Z_95 * math.sqrt((up + down - (up - down) ** 2) / (pairs + 2))
    return Movement(
        gained=gained,
        lost=lost,
        pairs=pairs,
        p=p,
        net=(gained - lost) / pairs,
        interval=Interval(up - down - half, up - down + half).clamped(-1.0, 1.0),
    )
