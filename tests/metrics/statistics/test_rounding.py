"""Rounding once, half away from zero, and labels that add up."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.statistics.rounding import half_away, largest_remainder, parts_that_add


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Fraction(25, 2), 13),
        (Fraction(-25, 2), -13),
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(6000, 130), 46),
        (0, 0),
        (0.4999, 0),
    ],
)
def test_halves_go_away_from_zero(value, rounded):
    assert half_away(value) == rounded


@given(st.fractions())
def test_rounding_mirrors_and_stays_within_a_half(value):
    assert half_away(-value) == -half_away(value)
    assert abs(half_away(value) - value) <= Fraction(1, 2)


def test_three_thirds_make_a_hundred_and_the_first_gets_the_rest():
    assert largest_remainder([1, 1, 1]) == [34, 33, 33]
    assert largest_remainder([120, 45, 30]) == [62, 23, 15]
    assert largest_remainder([0, 0, 0]) == [0, 0, 0]


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any))
def test_labels_add_to_a_hundred_and_miss_by_less_than_one(counts):
    labels = largest_remainder(counts)
    assert sum(labels) == 100
    for label, count in zip(labels, counts, strict=True):
        assert abs(label - Fraction(100 * count, sum(counts))) < 1


def test_parts_add_to_the_rounded_total():
    total, parts = parts_that_add([Fraction(-39, 10), Fraction(-22, 10)])
    assert (total, parts) == (-6, [-4, -2])
    assert parts_that_add([Fraction(-5, 4), Fraction(-5, 4)]) == (-3, [-1, -2])


@given(st.lists(st.fractions(-100, 100), min_size=1, max_size=5))
def test_parts_always_add_up(parts):
    total, shown = parts_that_add(parts)
    assert total == half_away(sum(parts, start=Fraction(0)))
    assert sum(shown) == total
    assert all(abs(one - part) <= 1 for one, part in zip(shown, parts, strict=True))
