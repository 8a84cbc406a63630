"""What may be said of a change, and at how many answers."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.statistics.definitions import CES, CSAT, NPS
from metrics.statistics.figures import figure, needed_n, verdict
from metrics.statistics.intervals import Difference, Interval
from metrics.statistics.planning import needed, needed_for_share
from metrics.statistics.proportions import Share
from metrics.statistics.tiers import Tier, tier
from metrics.statistics.verdicts import Call, judge


def groups(promoters, passives, detractors):
    return {10: promoters, 8: passives, 0: detractors}


def change(low, high, p):
    middle = (low + high) / 2
    return Difference(middle, Fraction(middle), Interval(low, high), p, 41, 38)


@pytest.mark.parametrize(
    ("low", "high", "p", "call"),
    [
        (0.01, 0.09, 0.02, Call.UP),
        (-0.09, -0.01, 0.02, Call.DOWN),
        (-0.01, 0.09, 0.2, Call.NO_CALL),
        (-0.02, 0.02, 1.0, Call.STEADY),
        (0.005, 0.02, 0.001, Call.STEADY),
        (0.005, 0.03, 0.001, Call.UP),
    ],
)
def test_four_verdicts(low, high, p, call):
    assert judge(change(low, high, p), smallest_change=0.03).call is call


def test_a_verdict_carries_what_a_reader_needs_to_check_it():
    told = judge(change(-0.01, 0.09, 0.2), smallest_change=0.03, needed_n=867)
    assert (told.n, told.n_before, told.p, told.needed_n) == (41, 38, 0.2, 867)
    assert told.interval == Interval(-0.01, 0.09)
    assert told.shown == 4
    assert not told.is_called


def test_the_needed_n_is_only_told_where_there_is_no_call():
    assert judge(change(0.01, 0.09, 0.02), smallest_change=0.03, needed_n=867).needed_n is None


def test_the_same_change_is_chance_at_a_hundred_and_real_at_a_thousand():
    small = verdict(NPS, groups(50, 30, 20), groups(40, 30, 30))
    large = verdict(NPS, groups(500, 300, 200), groups(400, 300, 300))
    assert (small.call, small.shown, small.needed_n) == (Call.NO_CALL, 20, 957)
    assert (large.call, large.shown, large.needed_n) == (Call.UP, 20, None)


def test_at_a_hundred_thousand_answers_not_everything_is_up():
    told = verdict(NPS, groups(50_700, 30_000, 19_300), groups(50_000, 30_000, 20_000))
    assert told.p < 0.001
    assert told.call is Call.STEADY


def test_satisfaction_that_fell():
    told = verdict(CSAT, {5: 340, 1: 170}, {5: 420, 1: 90})
    assert (told.call, told.shown) == (Call.DOWN, -16)


def test_nothing_to_compare_with():
    assert verdict(NPS, {10: 5}, {}) is None
    assert verdict(CSAT, {}, {5: 5}) is None


@given(
    st.tuples(*[st.integers(0, 400)] * 3).filter(any),
    st.tuples(*[st.integers(0, 400)] * 3).filter(any),
)
def test_swapping_the_periods_mirrors_the_verdict(now, before):
    mirrored = {Call.UP: Call.DOWN, Call.DOWN: Call.UP}
    forth, back = (
        verdict(NPS, groups(*now), groups(*before)),
        verdict(NPS, groups(*before), groups(*now)),
    )
    assert back.call is mirrored.get(forth.call, forth.call)


def test_figure_of_an_nps():
    shown = figure(NPS, {10: 120, 8: 45, 3: 30})
    assert (shown.n, shown.value, shown.shown) == (195, Fraction(6, 13), 46)
    assert shown.groups == (120, 45, 30)
    assert shown.labels == [62, 23, 15]
    assert shown.shown_interval == (35, 56)
    assert shown.tier is Tier.PLAIN


def test_figure_of_a_csat_with_the_mean_beside_it():
    shown = figure(CSAT, {5: 30, 4: 20, 3: 5, 1: 5})
    assert (shown.shown, shown.n, shown.groups) == (83, 60, (50, 10))
    assert float(shown.mean.value) == pytest.approx(4.1667, abs=5e-5)
    assert shown.shown_interval == (72, 91)
    assert shown.tier is Tier.SMALL_SAMPLE


def test_figure_of_a_ces_counts_five_to_seven():
    assert figure(CES, {7: 1, 6: 1, 5: 1, 4: 1}).shown == 75


@pytest.mark.parametrize("definition", [NPS, CSAT, CES])
def test_no_answers_is_no_data_and_never_nought(definition):
    empty = figure(definition, {})
    assert (empty.n, empty.value, empty.shown) == (0, None, None)
    assert (empty.interval, empty.shown_interval, empty.mean) == (None, None, None)
    assert empty.tier is Tier.NO_DATA


@pytest.mark.parametrize(
    ("n", "step"),
    [
        (0, Tier.NO_DATA),
        (1, Tier.COUNT),
        (4, Tier.COUNT),
        (5, Tier.DISTRIBUTION),
        (24, Tier.DISTRIBUTION),
        (25, Tier.SMALL_SAMPLE),
        (99, Tier.SMALL_SAMPLE),
        (100, Tier.PLAIN),
        (10**7, Tier.PLAIN),
    ],
)
def test_tiers(n, step):
    assert tier(n) is step


def test_a_headline_needs_twenty_five_answers():
    assert [step.shows_headline for step in Tier] == [False, False, False, True, True]
    assert [step.is_small for step in Tier] == [False, False, False, True, False]


def test_fewer_than_none_is_refused():
    with pytest.raises(ValueError, match="cannot be"):
        tier(-1)


def test_needed_n_of_the_textbook():
    # Two shares near one half, ten points, power 80 %: 392 or 393 a side.
    assert needed(0.25, 0.25, 0.10) == 393
    assert needed_n(NPS, groups(60, 25, 15)) == 867
    assert needed_for_share(Share(25, 25), 0.10) > 0


def test_a_smaller_change_needs_more_answers():
    assert needed(0.25, 0.25, 0.05) == 1570
    with pytest.raises(ValueError, match="No number"):
        needed(0.25, 0.25, 0)


def test_the_needed_n_does_find_the_change_four_times_in_five():
    chance = random.Random(11)
    n = needed(0.16, 0.1875, 0.05)
    found = 0
    for _ in range(300):
        now = sum(chance.random() < 0.80 for _ in range(n))
        before = sum(chance.random() < 0.75 for _ in range(n))
        found += verdict(CSAT, {5: now, 1: n - now}, {5: before, 1: n - before}).call is Call.UP
    assert 220 <= found <= 262
