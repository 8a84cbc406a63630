"""Student's t and the binomial through the incomplete beta function, without scipy."""

import math
from functools import lru_cache

from metrics.statistics.intervals import NORMAL

_TINY = 1e-300
_CLOSE = 1e-16


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b).

    Continued fraction 8.17.22 of the NIST Digital Library of Mathematical Functions,
    evaluated by the modified Lentz method (Thompson and Barnett 1986, *J. Comput.
    Phys.* 64:490-509).
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    # The fraction converges fast on one side of the mean only; the other is its mirror.
    if x > (a + 1) / (a + b + 2):
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    log_front += a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / (a * _fraction(a, b, x))


def _fraction(a: float, b: float, x: float) -> float:
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, 100_000):
        term = _term(step, a, b, x)
        d = 1.0 / ((1.0 + term * d) or _TINY)
        c = (1.0 + term / c) or _TINY
        value *= c * d
        if abs(c * d - 1.0) < _CLOSE:
            break
    return value


def _term(step: int, a: float, b: float, x: float) -> float:
    m = step // 2
    if step % 2:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))


def t_two_sided(t: float, df: float) -> float:
    """The chance of a t value at least this far from zero, either way (Student 1908)."""
    square = t * t
    # Near zero df / (df + t^2) rounds to one and would lose the digits of t.
    if square < 1:
        return 1.0 - incomplete_beta(0.5, df / 2, square / (df + square))
    return incomplete_beta(df / 2, 0.5, df / (df + square))


@lru_cache(maxsize=4096)
def t_quantile(df: float, tail: float = 0.025) -> float:
    """The t value that leaves `tail` above it, e.g. 2.228 for 10 degrees of freedom.

    Found by bisection on the tail (Student 1908, *Biometrika* 6:1-25); beyond a million
    degrees of freedom the first term of Fisher and Cornish's expansion (1960,
    *Technometrics* 2:209-225) is exact to twelve digits.
    """
    if df < 1 or not 0 < tail < 0.5:
        raise ValueError(f"No t quantile for {df} degrees of freedom and a tail of {tail}.")
    z = NORMAL.inv_cdf(1 - tail)
    if df > 1_000_000:
        return z + (z**3 + z) / (4 * df)
    low, high = z, 2 * z
    while t_two_sided(high, df) > 2 * tail:
        low, high = high, 2 * high
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        if t_two_sided(middle, df) > 2 * tail:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def binomial_at_most(k: int, n: int, p: float = 0.5) -> float:
    """The chance of at most k successes in n trials.

    By the incomplete beta function (Clopper and Pearson 1934, *Biometrika* 26:404-413).
    """
    if k >= n:
        return 1.0
    return incomplete_beta(n - k, k + 1, 1 - p)
