"""Clustered answers, the mix of who answered, many segments at once, pooled figures."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control
from statsmodels.stats.multitest import multipletests

from metrics.statistics.clusters import (
    design_effect,
    effective_n,
    sums,
)
from metrics.statistics.mix import decompose
from metrics.statistics.pooling import pooled
from metrics.statistics.proportions import Share, wilson
from metrics.statistics.scanning import adjusted_p, discoveries


def test_single_answers_have_no_design_effect():
    alone = sums([(1, 1)] * 60 + [(1, 0)] * 40)
    assert design_effect(alone, Fraction(24, 100)) == pytest.approx(1.0, abs=0.02)
    assert not alone.needs_correction


def test_customers_who_repeat_themselves_count_once():
    # 50 people answer four times the same: 200 answers are worth about 50.
    people = sums([(4, 4)] * 30 + [(4, 0)] * 20)
    effect = design_effect(people, Fraction(24, 100))
    assert effect == pytest.approx(4 * 50 / 49)
    assert effective_n(200, effect) == pytest.approx(49)
    assert people.needs_correction


def test_negative_correlation_is_not_taken_as_a_present():
    assert design_effect(sums([(2, 1)] * 50), Fraction(1, 4)) == 1.0


def test_too_few_clusters_have_none_and_no_spread_needs_none():
    assert design_effect(sums([(5, 3)]), Fraction(1, 4)) is None
    assert design_effect(sums([(5, 5), (3, 3)]), Fraction(0)) == 1.0
    assert sums([]).mean_size is None


def test_wilson_keeps_its_promise_with_the_design_effect():
    """At five answers a customer the plain interval covers about 80 % only."""
    chance = random.Random(5)
    plain = corrected = 0
    for _ in range(400):
        people = []
        for _ in range(100):
            p = chance.betavariate(0.7 * 7 / 3, 0.3 * 7 / 3)
            people.append((5, sum(chance.random() < p for _ in range(5))))
        total = Share(sum(good for _, good in people), 500)
        variance = total.exact * (1 - total.exact)
        worth = effective_n(500, design_effect(sums(people), variance))
        plain += wilson(total).holds(0.7)
        corrected += wilson(total, n_effective=worth).holds(0.7)
    assert plain / 400 < 0.87
    assert corrected / 400 > 0.92


def test_a_fall_that_is_mostly_scores():
    now = {"phone": Share(60, 100), "shop": Share(90, 100)}
    before = {"phone": Share(70, 100), "shop": Share(92, 100)}
    split = decompose(now, before)
    assert (split.scores, split.mix) == (Fraction(-6, 100), 0)
    assert split.shown == (-6, -6, 0)


def test_simpson_all_scores_rise_and_the_total_falls():
    now = {"phone": Share(130, 200), "shop": Share(46, 50)}
    before = {"phone": Share(30, 50), "shop": Share(180, 200)}
    split = decompose(now, before)
    assert split.total < 0 < split.scores
    assert split.mix < 0


def test_a_group_that_is_new_is_mix_alone():
    split = decompose({"phone": Share(8, 10), "bot": Share(2, 10)}, {"phone": Share(8, 10)})
    assert (split.total, split.scores, split.mix) == (Fraction(-3, 10), 0, Fraction(-3, 10))


def test_no_period_without_answers_is_split():
    assert decompose({}, {"phone": Share(1, 2)}) is None
    assert decompose({"phone": Share(1, 2)}, {"phone": Share(0, 0)}) is None
    empty_both = {"bot": Share(0, 0), "phone": Share(1, 2)}
    assert decompose(empty_both, empty_both).total == 0


groups = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.integers(0, 90), st.integers(0, 90)).map(lambda two: Share(two[0], sum(two))),
)


@given(groups, groups)
def test_the_split_leaves_no_rest(now, before):
    split = decompose(now, before)
    late = sum(now.values(), Share(0, 0))
    early = sum(before.values(), Share(0, 0))
    if split is None:
        assert not late.n or not early.n
        return
    assert split.scores + split.mix == split.total == late.exact - early.exact
    total, scores, mix = split.shown
    assert total == scores + mix


def test_benjamini_and_hochberg_1995_example():
    # The fifteen p values of their section 3.2: four are called at 5 %.
    values = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
    ]  # fmt: skip
    assert discoveries(values) == [True] * 4 + [False] * 11


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_benjamini_hochberg_equals_the_oracles(values):
    assert adjusted_p(values) == pytest.approx(list(false_discovery_control(values)), abs=1e-12)
    called = list(multipletests(values, alpha=0.05, method="fdr_bh")[0])
    if all(abs(value - 0.05) > 1e-9 for value in adjusted_p(values)):
        assert discoveries(values) == called


def test_no_tests_no_discoveries():
    assert discoveries([]) == []


def test_a_pooled_figure_weighs_each_answer_alike():
    assert pooled([{10: 1}, {0: 3}, {}, {10: 2}]) == {10: 3, 0: 3}
