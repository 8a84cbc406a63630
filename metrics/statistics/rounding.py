"""Rounding for display: once, from exact counts, half away from zero."""

import math
from collections.abc import Sequence
from fractions import Fraction


def half_away(value: Fraction | float) -> int:
    """Round to a whole number, halves away from zero: 12.5 is 13 and -12.5 is -13 (ours).

    Python's own `round` goes to the even neighbour (12.5 is 12), which would make
    the same change look larger in one direction than in the other.
    """
    exact = Fraction(value)
    whole = math.floor(abs(exact) + Fraction(1, 2))
    return whole if exact >= 0 else -whole


def largest_remainder(counts: Sequence[int], total: int = 100) -> list[int]:
    """Whole shares that add up to `total`, for the labels of a stacked bar.

    Hamilton's method of apportionment (1792; Balinski and Young 1982, *Fair
    Representation*). Equal remainders go to the earlier part, so that the same counts
    always read the same. Only for labels: the score itself never uses it.
    """
    everyone = sum(counts)
    if everyone == 0:
        return [0] * len(counts)
    floors = [count * total // everyone for count in counts]
    remainders = [count * total % everyone for count in counts]
    order = sorted(range(len(counts)), key=lambda place: (-remainders[place], place))
    for place in order[: total - sum(floors)]:
        floors[place] += 1
    return floors


def parts_that_add(parts: Sequence[Fraction]) -> tuple[int, list[int]]:
    """The rounded sum and whole parts that add up to it ("-6: -4 scores, -2 mix").

    Largest remainders, as in Balinski and Young 1982.
    """
    total = half_away(sum(parts, start=Fraction(0)))
    floors = [math.floor(part) for part in parts]
    order = sorted(range(len(parts)), key=lambda place: (floors[place] - parts[place], place))
    missing = total - sum(floors)
    # A sum that ends in exactly one half below zero rounds below the sum of the floors.
    step = 1 if missing >= 0 else -1
    for place in (order if step > 0 else order[::-1])[: abs(missing)]:
        floors[place] += step
    return total, floors
