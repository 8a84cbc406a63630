"""The mean of a score with Student's interval, shown beside a share and never instead of it."""

import math
from dataclasses import dataclass
from fractions import Fraction

from metrics.statistics.intervals import Interval
from metrics.statistics.scores import Histogram
from metrics.statistics.student import t_quantile


@dataclass(frozen=True)
class Mean:
    """A mean, its spread and its interval; both are None below two answers."""

    value: Fraction
    n: int
    deviation: float | None
    interval: Interval | None


def mean(counts: Histogram) -> Mean | None:
    """The mean and its interval, m ± t(n - 1, .975) sd / sqrt(n), sd with n - 1.

    Student 1908, "The probable error of a mean", *Biometrika* 6:1-25.
    """
    n = sum(counts.values())
    if not n:
        return None
    total = sum(score * count for score, count in counts.items())
    value = Fraction(total, n)
    if n == 1:
        return Mean(value, n, None, None)
    # Whole numbers up to the last step: the same exact variance, without a fraction a score.
    squares = n * sum(score * score * count for score, count in counts.items()) - total * total
    deviation = math.sqrt(Fraction(squares, n * (n - 1)))
    half = t_quantile(n - 1) * deviation / math.sqrt(n)
    return Mean(value, n, deviation, Interval(float(value) - half, float(value) + half))
