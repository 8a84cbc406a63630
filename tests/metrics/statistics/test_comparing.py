"""Tests between scores: published examples, shared customers and pairs."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.statistics.comparing import (
    Pairs,
    overlapping,
    paired,
    pairs,
    two_samples,
)
from metrics.statistics.nps import NpsCounts

some = st.builds(NpsCounts, st.integers(0, 900), st.integers(1, 900), st.integers(0, 900))


def test_lewis_and_sauro_with_a_hundred_each_is_chance():
    change = two_samples(NpsCounts(50, 30, 20), NpsCounts(40, 30, 30))
    assert change.size * 100 == pytest.approx(19.4175, abs=5e-5)
    assert change.standard_error * 100 == pytest.approx(11.2089, abs=5e-5)
    assert change.z == pytest.approx(1.7323, abs=5e-5)
    assert change.p == pytest.approx(0.0832, abs=5e-5)
    assert change.interval.holds(0)
    assert (change.n, change.n_before) == (100, 100)


def test_lewis_and_sauro_with_a_thousand_each_is_not():
    change = two_samples(NpsCounts(500, 300, 200), NpsCounts(400, 300, 300))
    assert change.size * 100 == pytest.approx(19.9402, abs=5e-5)
    assert change.z == pytest.approx(5.540, abs=5e-4)
    assert change.interval.low * 100 == pytest.approx(12.8856, abs=5e-5)
    assert change.interval.high * 100 == pytest.approx(26.9947, abs=5e-5)


def test_the_printed_change_is_exact_and_not_the_adjusted_one():
    change = two_samples(NpsCounts(50, 30, 20), NpsCounts(40, 30, 30))
    assert change.raw * 100 == 20


@given(some, some)
def test_comparing_mirrors(now, before):
    forth, back = two_samples(now, before), two_samples(before, now)
    assert forth.size == pytest.approx(-back.size, abs=1e-12)
    assert forth.p == pytest.approx(back.p)
    assert forth.raw == -back.raw


def test_nobody_to_compare_with():
    nobody, somebody = NpsCounts(0, 0, 0), NpsCounts(1, 1, 1)
    assert two_samples(nobody, somebody) is None
    assert two_samples(somebody, nobody) is None
    assert overlapping(nobody, somebody, Pairs({})) is None
    assert paired(Pairs({})) is None


def test_no_shared_customers_is_the_two_sample_test():
    now, before = NpsCounts(50, 30, 20), NpsCounts(40, 30, 30)
    assert overlapping(now, before, Pairs({})) == two_samples(now, before)


def test_shared_customers_who_stay_the_same_narrow_the_interval():
    now, before = NpsCounts(50, 30, 20), NpsCounts(40, 30, 30)
    shared = Pairs({(1, 1): 40, (0, 0): 25, (-1, -1): 15})
    assert overlapping(now, before, shared).interval.width < two_samples(now, before).interval.width


def test_more_shared_customers_than_answers_are_refused():
    with pytest.raises(ValueError, match="cannot be in both"):
        overlapping(NpsCounts(1, 0, 0), NpsCounts(1, 0, 0), Pairs({(1, 1): 2}))


def test_covariance_by_hand():
    # Two people: (1, 1) and (-1, -1) move together fully.
    assert pairs([(9, 10), (0, 3)]).covariance == 1.0
    assert pairs([(9, 0), (0, 9)]).covariance == -1.0
    assert Pairs({}).covariance == 0.0


def test_overlapping_error_is_the_simulated_spread():
    chance = random.Random(7)
    changes = []
    for _ in range(1_500):
        loyal = [chance.choices((1, 0, -1), (50, 30, 20))[0] for _ in range(60)]
        again = [
            one if chance.random() < 0.7 else chance.choices((1, 0, -1), (50, 30, 20))[0]
            for one in loyal
        ]
        old = chance.choices((1, 0, -1), (50, 30, 20), k=40)
        new = chance.choices((1, 0, -1), (50, 30, 20), k=40)
        changes.append(sum(again + new) / 100 - sum(loyal + old) / 100)
    spread = (sum(one * one for one in changes) / len(changes)) ** 0.5
    # 60 shared people of 100, seven in ten of whom repeat themselves: c12 = .7 x .61.
    shared = Pairs(
        {
            (1, 1): 25,
            (0, 0): 15,
            (-1, -1): 9,
            (1, 0): 3,
            (0, 1): 3,
            (1, -1): 2,
            (-1, 1): 2,
            (0, -1): 1,
        }
    )
    change = overlapping(NpsCounts(50, 30, 20), NpsCounts(50, 30, 20), shared)
    assert change.standard_error == pytest.approx(spread, rel=0.08)


def test_pairs_are_judged_person_by_person():
    improved = paired(Pairs({(-1, 1): 30, (0, 0): 60, (1, 1): 10}))
    assert improved.raw * 100 == 60
    assert improved.p < 0.001
    apart = two_samples(NpsCounts(40, 60, 0), NpsCounts(10, 60, 30))
    assert improved.interval.width < apart.interval.width * 1.2


def test_ten_people_who_stayed_are_not_certain():
    change = paired(Pairs({(1, 1): 10}))
    assert change.raw == 0
    assert change.p == 1.0
    assert change.interval.width > 0.4


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=200))
def test_pairs_mirror(people):
    forth, back = paired(pairs(people)), paired(pairs([(now, was) for was, now in people]))
    assert forth.size == pytest.approx(-back.size)
    assert forth.p == pytest.approx(back.p)
