"""What may be said of a change: up, down, steady, or no call because it could be chance."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from metrics.statistics.intervals import Difference, Interval
from metrics.statistics.rounding import half_away

LEVEL = 0.05


class Call(StrEnum):
    """The four verdicts."""

    UP = "up"
    DOWN = "down"
    STEADY = "steady"
    NO_CALL = "no call"


@dataclass(frozen=True)
class Verdict:
    """A call with everything a reader needs to check it."""

    call: Call
    change: Fraction
    interval: Interval
    p: float
    n: int
    n_before: int
    needed_n: int | None = None

    @property
    def shown(self) -> int:
        """The change in whole points, rounded once from the exact difference."""
        return half_away(self.change * 100)

    @property
    def is_called(self) -> bool:
        """Whether a direction may be named."""
        return self.call in (Call.UP, Call.DOWN)


def judge(
    difference: Difference,
    *,
    smallest_change: float,
    needed_n: int | None = None,
    level: float = LEVEL,
) -> Verdict:
    """Name the change, or say that nothing can be called.

    Steady when the whole interval lies inside the smallest change that matters (the
    equivalence test of Schuirmann 1987, *J. Pharmacokinet. Biopharm.* 15:657-680, read
    off the interval): at a hundred thousand answers not everything is "up". Otherwise a
    direction when chance explains it in fewer than 5 % of cases (Lewis and Sauro 2021).
    The n that would be needed is kept only where there is no call.
    """
    call = _call(difference, smallest_change, level)
    return Verdict(
        call=call,
        change=difference.raw,
        interval=difference.interval,
        p=difference.p,
        n=difference.n,
        n_before=difference.n_before,
        needed_n=needed_n if call is Call.NO_CALL else None,
    )


def _call(difference: Difference, smallest_change: float, level: float) -> Call:
    band = difference.interval
    if -smallest_change < band.low and band.high < smallest_change:
        return Call.STEADY
    if difference.p >= level:
        return Call.NO_CALL
    return Call.UP if difference.size > 0 else Call.DOWN
