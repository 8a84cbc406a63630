"""Looking at many segments at once without being fooled by the luckiest."""

from collections.abc import Sequence


def adjusted_p(values: Sequence[float]) -> list[float]:
    """Each p as the smallest false discovery rate at which it would still be called.

    Benjamini and Hochberg 1995, *J. R. Stat. Soc. B* 57:289-300.
    """
    ranked = sorted(range(len(values)), key=lambda place: values[place], reverse=True)
    result = [1.0] * len(values)
    smallest = 1.0
    for steps, place in enumerate(ranked):
        rank = len(values) - steps
        smallest = min(smallest, values[place] * len(values) / rank)
        result[place] = smallest
    return result


def discoveries(values: Sequence[float], rate: float = 0.05) -> list[bool]:
    """Which of the tests may be called, at most `rate` of them false on average.

    Benjamini and Hochberg 1995.
    """
    return [value <= rate for value in adjusted_p(values)]


def threshold(values: Sequence[float], rate: float = 0.05) -> float:
    """The largest p that is called, or would have been had one test come that far.

    Benjamini and Hochberg 1995: rate x k / m with k discoveries of m tests.
    """
    called = max(1, sum(discoveries(values, rate)))
    return rate * called / len(values) if values else rate
