"""Run two things in turn and compare them pair by pair, so that a noisy machine cancels out."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

STRAY = 0.20  # a pair whose yardstick strays further from the median is repeated


@dataclass(frozen=True)
class Pair:
    yardstick: float
    product: float

    @property
    def ratio(self) -> float:
        return self.product / self.yardstick


def take_pairs(
    yardstick: Callable[[], float], product: Callable[[], float], *, pairs: int, repeats: int
) -> list[Pair]:
    """Return `pairs` pairs of rates taken A B A B; strays are repeated at most `repeats` times."""
    yardstick()
    product()  # both warm before the first counted pair
    taken = [Pair(yardstick(), product()) for _ in range(pairs)]
    for _ in range(repeats):
        stray = _first_stray(taken)
        if stray is None:
            break
        taken[stray] = Pair(yardstick(), product())
    return taken


def _first_stray(taken: list[Pair]) -> int | None:
    middle = median(pair.yardstick for pair in taken)
    strays = (
        place for place, pair in enumerate(taken) if abs(pair.yardstick - middle) > STRAY * middle
    )
    return next(strays, None)


def ratio_of(taken: list[Pair]) -> float:
    """Return the median of the ratios pair by pair."""
    return median(pair.ratio for pair in taken)
