"""Customers in both periods and customers who answered twice change what may be called."""

import pytest

from metrics.statistics.clusters import design_effect, sums
from metrics.statistics.comparing import overlapping, pairs
from metrics.statistics.definitions import CSAT, NPS
from metrics.statistics.figures import difference, figure, still_holds, verdict
from metrics.statistics.movement import net_movements
from metrics.statistics.nps import groups
from metrics.statistics.overlaps import Overlap, worth_of
from metrics.statistics.proportions import Share, mcnemar, newcombe, wilson
from metrics.statistics.quadrants import Felt, Served

ALONE = sums([(1, 1)] * 50)
WELL_LOW, WELL_HIGH = ("good", "low"), ("good", "high")


def overlap(shared=(), now=ALONE, before=ALONE, moves=None):
    return Overlap(shared=pairs(shared), now=now, before=before, moves=moves or {})


def test_an_nps_of_shared_customers_is_judged_with_their_covariance():
    now, before = {10: 60, 8: 20, 0: 40}, {10: 70, 8: 25, 0: 30}
    shared = pairs([(10, 10)] * 40 + [(0, 0)] * 20 + [(10, 0)] * 5)
    told = difference(NPS, now, before, overlap([(10, 10)] * 40 + [(0, 0)] * 20 + [(10, 0)] * 5))
    assert told == overlapping(groups(now), groups(before), shared)
    assert told.p < difference(NPS, now, before).p


def test_more_shared_customers_than_answers_are_not_believed():
    """Answers were taken out since the shared customers were counted."""
    now, before = {10: 10}, {0: 10, 10: 5}
    stale = overlap([(10, 10)] * 11)
    assert difference(NPS, now, before, stale) == difference(NPS, now, before)


def test_shared_customers_whose_scores_were_amended_are_not_believed():
    """Their covariance would be more than both variances: there would be no standard error."""
    now, before = {8: 30}, {10: 15, 0: 15}
    stale = overlap([(10, 10)] * 15 + [(0, 0)] * 15)
    assert difference(NPS, now, before, stale) == difference(NPS, now, before)
    assert still_holds(NPS, now, before, stale) is None
    assert still_holds(NPS, before, before, stale) is stale
    assert still_holds(CSAT, {4: 30}, {5: 30}, stale) is stale


def test_up_to_a_fifth_more_answers_than_customers_are_independent():
    few = sums([(2, 2)] * 10 + [(1, 1)] * 40)
    assert worth_of(60, few) is None
    assert worth_of(0, sums([])) is None


def test_repeated_answers_are_worth_fewer_and_widen_the_interval():
    alike = sums([(3, 3)] * 30 + [(3, 0)] * 20)
    effect = design_effect(alike, Share(90, 150).exact * (1 - Share(90, 150).exact))
    shown = figure(CSAT, {5: 90, 1: 60}, overlap(now=alike))
    assert effect == pytest.approx(3, rel=0.05)
    assert shown.worth == pytest.approx(150 / effect)
    assert shown.interval == wilson(Share(90, 150), n_effective=150 / effect)
    assert shown.interval.width > figure(CSAT, {5: 90, 1: 60}).interval.width


def test_a_change_of_repeated_answers_is_judged_by_what_they_are_worth():
    alike = sums([(3, 3)] * 30 + [(3, 0)] * 20)
    now, before = {5: 90, 1: 60}, {5: 70, 1: 80}
    both = overlap(now=alike, before=alike)
    worth = worth_of(150, alike)
    assert difference(CSAT, now, before, both) == newcombe(
        Share(90, 150), Share(70, 150), (worth, worth)
    )
    assert verdict(CSAT, now, before).is_called
    assert not verdict(CSAT, now, before, both).is_called


def test_net_movement_is_who_came_less_who_left():
    moves = {
        (WELL_HIGH, WELL_LOW): 12,
        (WELL_LOW, WELL_HIGH): 4,
        (WELL_LOW, WELL_LOW): 20,
        (("good", "middle"), ("poor", "low")): 3,
    }
    found = net_movements(moves)
    assert found[Served.WELL, Felt.LOW] == mcnemar(12, 4, 39)
    assert found[Served.WELL, Felt.HIGH] == mcnemar(4, 12, 39)
    assert found[Served.POORLY, Felt.LOW] == mcnemar(3, 0, 39)
    assert (Served.WELL, Felt.MIDDLE) not in found


def test_nobody_in_both_periods_moves_nowhere():
    assert net_movements({}) == {}
