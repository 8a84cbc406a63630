"""A shade stands only where chance cannot have painted it."""

from fractions import Fraction

import pytest

from metrics.statistics.definitions import CSAT, NPS
from metrics.statistics.figures import figure, verdict
from reports.rules.heat import called, heat, worst


def shares(good, bad):
    return figure(CSAT, {5: good, 1: bad})


@pytest.mark.parametrize(
    ("shown", "yardstick", "shade"),
    [
        (shares(95, 5), Fraction(80, 100), "far-above"),
        (shares(380, 20), Fraction(88, 100), "above"),
        (shares(60, 40), Fraction(80, 100), "far-below"),
        (shares(300, 100), Fraction(81, 100), "below"),
        (shares(82, 18), Fraction(80, 100), ""),  # the interval holds it
        (shares(24, 0), Fraction(50, 100), ""),  # sure, yet under 25 answers
        (shares(25, 0), Fraction(50, 100), "far-above"),
        (shares(95, 5), None, ""),
        (figure(CSAT, {}), Fraction(80, 100), ""),
        (figure(NPS, {10: 70, 0: 30}), Fraction(0), "far-above"),
    ],
)
def test_a_shade_needs_the_whole_interval_on_one_side(shown, yardstick, shade):
    assert heat(shown, yardstick) == shade


def change(now, before):
    return verdict(CSAT, {5: now, 1: 100 - now}, {5: before, 1: 100 - before})


def test_one_small_change_among_many_is_not_called():
    alone = change(83, 70)  # p is about 0.03
    assert alone.is_called

    assert called([alone]) == [True]
    assert called([alone, None, *[change(80, 80)] * 9]) == [False] * 11


def test_a_large_change_is_called_among_many():
    assert called([change(90, 50), *[change(80, 80)] * 9]) == [True, *[False] * 9]


def test_the_largest_fall_is_one_that_may_be_called():
    verdicts = [change(60, 90), None, change(40, 90), change(79, 80), change(95, 60)]
    sure = called(verdicts)

    assert worst(verdicts, sure) == 2
    assert worst(verdicts, [False] * 5) is None
    assert worst([change(79, 80)], called([change(79, 80)])) is None
    assert worst([change(95, 60)], [True]) is None
