"""Answers of several groups or days together: their counts are added, then scored once."""

from collections.abc import Sequence

from metrics.statistics.scores import Histogram


def pooled(histograms: Sequence[Histogram]) -> dict[int, int]:
    """One histogram of all answers of several: each answer weighs the same (Yule 1909).

    So a moving figure is no mean of daily scores, which would let a day with one answer pull
    as hard as a day with a hundred (*J. R. Stat. Soc.* 72:721-730 on moving averages).
    """
    total: dict[int, int] = {}
    for counts in histograms:
        for score, count in counts.items():
            total[score] = total.get(score, 0) + count
    return total
