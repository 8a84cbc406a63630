"""Shares: Wilson, Newcombe and McNemar against the printed tables and the oracles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.contingency_tables import mcnemar as oracle_mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from metrics.statistics.proportions import Share, at_least, mcnemar, newcombe, wilson


@st.composite
def shares(draw, most=2_000):
    n = draw(st.integers(1, most))
    return Share(draw(st.integers(0, n)), n)


@pytest.mark.parametrize(
    ("part", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_newcombe_1998a_table_one(part, n, low, high):
    band = wilson(Share(part, n))
    assert (band.low, band.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(5, 56), Share(0, 29), -0.0381, 0.1926),
    ],
)
def test_newcombe_1998b_table_two(now, before, low, high):
    band = newcombe(now, before).interval
    assert (band.low, band.high) == pytest.approx((low, high), abs=5e-5)


@given(shares())
def test_wilson_equals_statsmodels(share):
    low, high = proportion_confint(share.part, share.n, method="wilson")
    band = wilson(share)
    assert (band.low, band.high) == pytest.approx((low, high), abs=1e-9)


@given(shares(), shares())
def test_newcombe_equals_statsmodels(now, before):
    low, high = confint_proportions_2indep(
        now.part, now.n, before.part, before.n, method="newcomb", compare="diff"
    )
    band = newcombe(now, before).interval
    assert (band.low, band.high) == pytest.approx((low, high), abs=1e-9)


@given(shares(300), shares(300))
def test_the_p_and_the_interval_never_disagree(now, before):
    change = newcombe(now, before)
    if abs(change.p - 0.05) > 1e-9:
        assert (change.p < 0.05) == (not change.interval.holds(0.0))


def test_p_near_the_score_test_for_plenty():
    # Two-proportion z test of 840/1000 against 800/1000: p = .0202.
    assert newcombe(Share(840, 1000), Share(800, 1000)).p == pytest.approx(0.0202, abs=5e-4)
    assert newcombe(Share(8, 10), Share(80, 100)).p == 1.0


@given(shares(), shares())
def test_newcombe_mirrors(now, before):
    forth, back = newcombe(now, before), newcombe(before, now)
    assert forth.raw == -back.raw
    assert forth.interval.low == pytest.approx(-back.interval.high, abs=1e-12)


@given(shares())
def test_wilson_bounds_and_mirror(share):
    band = wilson(share)
    assert 0 <= band.low <= share.exact <= band.high <= 1
    other = wilson(Share(share.n - share.part, share.n))
    assert other.low == pytest.approx(1 - band.high, abs=1e-12)


@given(shares())
def test_wilson_is_monotone(share):
    if share.part < share.n:
        more = wilson(Share(share.part + 1, share.n))
        assert more.low > wilson(share).low
        assert more.high > wilson(share).high or share.part + 1 == share.n


@given(shares(), shares())
def test_pooled_share_is_the_weighted_mean(one, two):
    assert (one + two).exact == (one.exact * one.n + two.exact * two.n) / (one.n + two.n)


def test_top_two_boxes():
    share = at_least({1: 2, 3: 1, 4: 3, 5: 4}, 4)
    assert share == Share(7, 10)
    assert share.shown == 70


def test_a_share_is_rounded_half_up_from_counts():
    assert Share(1, 8).shown == 13
    assert Share(0, 0).shown is None


def test_nothing_of_nothing_is_no_data():
    nobody = Share(0, 0)
    assert wilson(nobody) is None
    assert newcombe(nobody, Share(1, 2)) is None
    assert newcombe(Share(1, 2), nobody) is None
    assert mcnemar(0, 0, 0) is None


def test_impossible_shares_are_refused():
    with pytest.raises(ValueError, match="no share"):
        Share(3, 2)
    with pytest.raises(ValueError, match="do not fit"):
        mcnemar(3, 3, 5)


def test_fewer_effective_answers_widen_wilson():
    assert wilson(Share(80, 100), n_effective=50).width > wilson(Share(80, 100)).width


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_equals_the_exact_test(gained, lost, stayed):
    pairs = gained + lost + stayed
    if not pairs:
        return
    oracle = oracle_mcnemar([[stayed, gained], [lost, 0]], exact=True)
    movement = mcnemar(gained, lost, pairs)
    assert movement.p == pytest.approx(min(1.0, oracle.pvalue), abs=1e-9)
    assert movement.net == pytest.approx((gained - lost) / pairs)
    assert -1 <= movement.interval.low < movement.interval.high <= 1


def test_mcnemar_example_of_the_sign_test():
    movement = mcnemar(15, 5, 100)
    assert movement.p == pytest.approx(binomtest(5, 20).pvalue)
    assert movement.net == pytest.approx(0.10)
    # Bonett and Price by hand: (16 - 6)/102 +- 1.96 sqrt((22/102 - (10/102)^2)/102).
    assert movement.interval.low == pytest.approx(0.0098, abs=5e-4)
