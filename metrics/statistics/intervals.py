"""An interval, a difference with its test, and the normal distribution they share."""

import math
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

Z_95 = 1.959963984540054
NORMAL = NormalDist()


@dataclass(frozen=True)
class Interval:
    """The 95 % interval of a figure, both ends included."""

    low: float
    high: float

    def clamped(self, low: float, high: float) -> "Interval":
        return Interval(max(self.low, low), min(self.high, high))

    def mirrored(self) -> "Interval":
        return Interval(-self.high, -self.low)

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True)
class Difference:
    """A change or a gap between two figures: its size, its interval and the chance of it.

    `size` is what the test judges and the interval surrounds; `raw` is the difference of
    the two printed figures, exact. They differ where a method adjusts for small samples.
    """

    size: float
    raw: Fraction
    interval: Interval
    p: float
    n: int
    n_before: int
    standard_error: float | None = None

    @property
    def z(self) -> float | None:
        """The size in standard errors; None where the method has no single one."""
        return None if not self.standard_error else self.size / self.standard_error


def two_sided(z: float) -> float:
    """The chance of a normal value at least this far from zero, either way.

    NIST Digital Library of Mathematical Functions 2010, section 7.20.
    """
    return math.erfc(abs(z) / math.sqrt(2))


def upper_tail(z: float) -> float:
    """The chance of a normal value above z; exact in the far tail, unlike 1 - cdf.

    NIST Digital Library of Mathematical Functions 2010, section 7.20.
    """
    return math.erfc(z / math.sqrt(2)) / 2


def around(size: float, standard_error: float, raw: Fraction, n: int, n_before: int) -> Difference:
    """A difference judged by its standard error and the normal distribution.

    Wald 1943, *Trans. Am. Math. Soc.* 54:426-482; what goes in is adjusted (Rocks 2016).
    """
    half = Z_95 * standard_error
    return Difference(
        size=size,
        raw=raw,
        interval=Interval(size - half, size + half),
        p=two_sided(size / standard_error),
        n=n,
        n_before=n_before,
        standard_error=standard_error,
    )
