"""A score beside a fixed one: hand-computed values, an oracle, and how often it errs."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, norm

from metrics.statistics.benchmarks import (
    Standing,
    against,
    nps_against,
    share_against,
)
from metrics.statistics.definitions import CSAT, NPS
from metrics.statistics.nps import NpsCounts, adjusted
from metrics.statistics.proportions import Share

people = st.builds(NpsCounts, *[st.integers(0, 400)] * 3).filter(lambda counts: counts.n)


@st.composite
def shares(draw):
    n = draw(st.integers(1, 2_000))
    return Share(draw(st.integers(0, n)), n)


def test_an_nps_beside_a_benchmark_by_hand():
    test = nps_against(NpsCounts(60, 25, 15), 0.32)
    # s' = 45/103, SE' = sqrt((76.5/103 - s'^2)/103) = .073196; z = 1.597.
    assert test.p_above == pytest.approx(0.0551, abs=5e-4)
    assert test.p_above + test.p_below == pytest.approx(1)
    assert test.distance == pytest.approx(0.13)
    assert test.standing is Standing.OPEN
    assert nps_against(NpsCounts(600, 250, 150), 0.32).standing is Standing.ABOVE
    assert nps_against(NpsCounts(150, 250, 600), 0.32).standing is Standing.BELOW


@given(people, st.floats(-0.9, 0.9))
def test_being_above_and_the_lower_bound_agree(counts, benchmark):
    test, near = nps_against(counts, benchmark), adjusted(counts)
    bound = near.score - norm.ppf(0.95) * math.sqrt(near.squared_error)
    if abs(test.p_above - 0.05) > 1e-9:
        assert (test.standing is Standing.ABOVE) == (bound > benchmark)


@given(shares(), st.floats(0.01, 0.99))
def test_a_share_equals_the_exact_test_of_scipy(share, benchmark):
    test = share_against(share, benchmark)
    for alternative, p in (("greater", test.p_above), ("less", test.p_below)):
        oracle = binomtest(share.part, share.n, benchmark, alternative=alternative).pvalue
        assert p == pytest.approx(oracle, abs=1e-9)


@pytest.mark.parametrize("truth", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("n", [25, 100, 400])
def test_who_truly_stands_at_the_benchmark_is_called_above_in_at_most_5_of_100(truth, n):
    called = dict.fromkeys(Standing, 0.0)
    for part in range(n + 1):
        test = share_against(Share(part, n), truth)
        called[test.standing] += float(binom.pmf(part, n, truth))

    assert called[Standing.ABOVE] <= 0.05
    assert called[Standing.BELOW] <= 0.05


@pytest.mark.parametrize(
    ("share", "benchmark", "standing"),
    [
        (Share(405, 500), 0.80, Standing.OPEN),
        (Share(430, 500), 0.80, Standing.ABOVE),
        (Share(380, 500), 0.80, Standing.BELOW),
        (Share(4, 4), 0.80, Standing.OPEN),
        (Share(0, 4), 0.0, Standing.OPEN),
        (Share(1, 4), 0.0, Standing.ABOVE),
        (Share(3, 4), 1.0, Standing.BELOW),
        (Share(4, 4), 1.0, Standing.OPEN),
    ],
)
def test_where_a_share_stands(share, benchmark, standing):
    assert share_against(share, benchmark).standing is standing


def test_a_histogram_is_held_against_a_benchmark_by_its_definition():
    scores = {5: 64, 4: 17, 2: 19}
    assert against(CSAT, scores, 0.7) == share_against(Share(81, 100), 0.7)
    assert against(CSAT.with_cut(5), scores, 0.7) == share_against(Share(64, 100), 0.7)
    assert against(NPS, {10: 60, 8: 25, 0: 15}, 0.3) == nps_against(NpsCounts(60, 25, 15), 0.3)
    assert against(NPS, {}, 0.3) is None
    assert against(CSAT, {}, 0.3) is None
