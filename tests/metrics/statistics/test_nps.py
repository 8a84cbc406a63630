"""The Net Promoter Score: published examples, laws, and the interval."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.statistics import nps
from metrics.statistics.nps import NpsCounts

people = st.builds(NpsCounts, *[st.integers(0, 5_000)] * 3)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        (NpsCounts(60, 25, 15), 45),
        (NpsCounts(70, 10, 20), 50),
        (NpsCounts(120, 45, 30), 46),
        (NpsCounts(2, 5, 1), 13),
        (NpsCounts(1, 5, 2), -13),
        (NpsCounts(690, 392, 1271), -25),
    ],
)
def test_published_counts(counts, shown):
    assert nps.shown(counts) == shown


@pytest.mark.parametrize(
    ("scores", "shown"),
    [
        (range(1, 11), -40),
        ([10, 7, 3, 9], 25),
        ([0], -100),
        ([10], 100),
        ([7], 0),
    ],
)
def test_published_scores(scores, shown):
    assert nps.shown(nps.count(scores)) == shown


@pytest.mark.parametrize(
    ("scores", "score", "variance", "error"),
    [
        ([0, 7, 7, 9, 9, 9], Fraction(1, 3), Fraction(5, 9), 0.304),
        ([1, 9], 0, 1, 0.707),
        ([7, 9], Fraction(1, 2), Fraction(1, 4), 0.354),
        ([0, 7, 9], 0, Fraction(2, 3), 0.471),
    ],
)
def test_variance_and_standard_error_of_the_r_package(scores, score, variance, error):
    counts = nps.count(scores)
    assert nps.score(counts) == score
    assert nps.variance(counts) == variance
    assert nps.standard_error(counts) == pytest.approx(error, abs=5e-4)


def test_the_score_is_exact_before_it_is_rounded():
    assert nps.score(NpsCounts(120, 45, 30)) == Fraction(6, 13)


def test_every_score_has_its_side():
    assert [nps.side(score) for score in range(11)] == [-1] * 7 + [0, 0] + [1, 1]


def test_no_answers_is_no_data():
    nobody = NpsCounts(0, 0, 0)
    assert nps.score(nobody) is None
    assert nps.shown(nobody) is None
    assert nps.variance(nobody) is None
    assert nps.standard_error(nobody) is None
    assert nps.interval(nobody) is None


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="below zero"):
        NpsCounts(1, -1, 0)


def test_adjusted_wald_by_hand():
    # 60 / 25 / 15: s' = 45/103, extremes 76.5/103, V' = .742718 - .190876.
    band = nps.interval(NpsCounts(60, 25, 15))
    spread = 76.5 / 103 - (45 / 103) ** 2
    half = 1.959963984540054 * math.sqrt(spread / 103)
    assert band.low == pytest.approx(45 / 103 - half)
    assert band.high == pytest.approx(45 / 103 + half)


def test_unanimous_promoters_are_not_certain():
    band = nps.interval(NpsCounts(10, 0, 0))
    assert band.high == 1.0
    assert 0.3 < band.low < 0.6


def test_two_extremes_stay_on_the_scale():
    band = nps.interval(NpsCounts(1, 0, 1))
    assert (band.low, band.high) == pytest.approx((-0.733, 0.733), abs=1e-3)


@given(people)
def test_bounds(counts):
    score, band = nps.score(counts), nps.interval(counts)
    if not counts.n:
        assert band is None
        return
    assert -1 <= score <= 1
    assert -1 <= band.low < band.high <= 1
    assert band.holds(nps.adjusted(counts).score)


@given(people)
def test_mirror_law(counts):
    if not counts.n:
        return
    other = counts.mirrored()
    assert nps.score(other) == -nps.score(counts)
    assert nps.shown(other) == -nps.shown(counts)
    mirrored = nps.interval(counts).mirrored()
    assert nps.interval(other).low == pytest.approx(mirrored.low, abs=1e-12)
    assert nps.interval(other).high == pytest.approx(mirrored.high, abs=1e-12)


@given(people, people)
def test_pooled_score_is_the_weighted_mean_of_the_segments(one, two):
    if not one.n or not two.n:
        return
    weighted = nps.score(one) * one.n + nps.score(two) * two.n
    assert nps.score(one + two) == weighted / (one.n + two.n)


@given(people)
def test_one_more_promoter_never_lowers_the_score(counts):
    if not counts.n:
        return
    assert nps.score(counts + NpsCounts(1, 0, 0)) >= nps.score(counts)
    assert nps.score(counts + NpsCounts(0, 0, 1)) <= nps.score(counts)


@given(people, st.integers(2, 9))
def test_more_of_the_same_answers_narrow_the_interval(counts, times):
    if not counts.n:
        return
    many = NpsCounts(
        *[times * part for part in (counts.promoters, counts.passives, counts.detractors)]
    )
    assert nps.interval(many).width < nps.interval(counts).width
