"""Moving figures for a trend: counts are pooled over the window, then scored once."""

from collections.abc import Mapping, Sequence

from metrics.statistics.scores import Histogram


def pooled(histograms: Sequence[Histogram]) -> dict[int, int]:
    """One histogram of all answers of several: each answer weighs the same (Yule 1909)."""
    total: dict[int, int] = {}
    for counts in histograms:
        for score, count in counts.items():
            total[score] = total.get(score, 0) + count
    return total


def moving(daily: Sequence[Histogram], window: int) -> list[dict[int, int] | None]:
    """The pooled answers of each day and the window - 1 days before it.

    A moving average (Yule 1909, *J. R. Stat. Soc.* 72:721-730) in which every answer
    weighs the same: a mean of daily scores would let a day with one answer pull as hard
    as a day with a hundred. None until a whole window has passed.
    """
    if window < 1:
        raise ValueError(f"A window of {window} days holds nothing.")
    running: dict[int, int] = {}
    result: list[dict[int, int] | None] = []
    for day, counts in enumerate(daily):
        _shift(running, counts, 1)
        if day >= window:
            _shift(running, daily[day - window], -1)
        result.append(_filled(running) if day + 1 >= window else None)
    return result


def _shift(running: dict[int, int], counts: Histogram, sign: int) -> None:
    for score, count in counts.items():
        running[score] = running.get(score, 0) + sign * count


def _filled(running: Mapping[int, int]) -> dict[int, int]:
    return {score: count for score, count in running.items() if count}
