"""How many answers a change would need before it could be called."""

import math

from metrics.statistics.intervals import NORMAL, Z_95
from metrics.statistics.nps import NpsCounts, adjusted
from metrics.statistics.proportions import Share

POWER = 0.8


def needed(variance: float, variance_before: float, change: float, power: float = POWER) -> int:
    """Answers needed in each period to find a true change four times out of five.

    n = (z_.975 + z_power)^2 (V1 + V2) / change^2, the normal sample-size formula for two
    means (Cohen 1988, *Statistical Power Analysis*, chapter 2).
    """
    if change <= 0:
        raise ValueError(f"No number of answers shows a change of {change}.")
    reach = Z_95 + NORMAL.inv_cdf(power)
    return max(1, math.ceil(reach**2 * (variance + variance_before) / change**2))


def needed_for_nps(counts: NpsCounts, change: float) -> int:
    """Answers needed in each period, if they spread as these do (Rocks 2016, Cohen 1988)."""
    spread = adjusted(counts).variance
    return needed(spread, spread, change)


def needed_for_share(share: Share, change: float) -> int:
    """Answers needed in each period for a share near this one (Cohen 1988).

    Two imaginary answers each way keep 25 of 25 from needing none (Agresti and Coull
    1998, *The American Statistician* 52:119-126).
    """
    near = (share.part + 2) / (share.n + 4)
    return needed(near * (1 - near), near * (1 - near), change)
