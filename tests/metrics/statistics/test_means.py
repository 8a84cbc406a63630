"""Means, Student's t and the binomial against scipy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from metrics.statistics.means import mean
from metrics.statistics.student import (
    binomial_at_most,
    incomplete_beta,
    t_quantile,
    t_two_sided,
)


@pytest.mark.parametrize("df", [1, 2, 3, 4, 7, 10, 29, 30, 99, 1_000, 54_321, 999_999, 5_000_000])
def test_t_quantile_equals_scipy(df):
    for tail in (0.025, 0.05, 0.005):
        assert t_quantile(df, tail) == pytest.approx(stats.t.ppf(1 - tail, df), rel=1e-9)


def test_t_quantile_of_the_printed_table():
    assert round(t_quantile(10), 3) == 2.228
    assert round(t_quantile(1), 3) == 12.706


@pytest.mark.parametrize(("df", "tail"), [(0, 0.025), (5, 0), (5, 0.5)])
def test_t_quantile_refuses_what_has_none(df, tail):
    with pytest.raises(ValueError, match="No t quantile"):
        t_quantile(df, tail)


@given(st.floats(0.01, 5_000), st.floats(0.01, 5_000), st.floats(0, 1))
def test_incomplete_beta_equals_scipy(a, b, x):
    assert incomplete_beta(a, b, x) == pytest.approx(special.betainc(a, b, x), abs=1e-9)


@given(st.floats(-30, 30), st.integers(1, 5_000))
def test_t_tail_equals_scipy(t, df):
    assert t_two_sided(t, df) == pytest.approx(2 * stats.t.sf(abs(t), df), abs=1e-10)


@given(st.integers(0, 400), st.integers(0, 400))
def test_binomial_equals_scipy(k, n):
    assert binomial_at_most(k, n) == pytest.approx(stats.binom.cdf(k, n, 0.5), abs=1e-10)


@given(st.dictionaries(st.integers(1, 7), st.integers(1, 500), min_size=1))
def test_mean_equals_scipy(counts):
    scores = [score for score, count in counts.items() for _ in range(count)]
    result = mean(counts)
    assert result.n == len(scores)
    assert float(result.value) == pytest.approx(sum(scores) / len(scores))
    if len(scores) == 1:
        assert (result.deviation, result.interval) == (None, None)
        return
    if len(counts) == 1:
        assert (result.deviation, result.interval.width) == (0.0, 0.0)
    else:
        assert result.deviation == pytest.approx(stats.tstd(scores), abs=1e-9)
        low, high = stats.t.interval(
            0.95, len(scores) - 1, loc=sum(scores) / len(scores), scale=stats.sem(scores)
        )
        assert (result.interval.low, result.interval.high) == pytest.approx((low, high), abs=1e-8)


def test_no_answers_have_no_mean():
    assert mean({}) is None
    assert mean({3: 0}) is None
