"""Many comparisons judged together: how much is enough, and who is called among many."""

import random

import pytest

from metrics.statistics.definitions import CSAT, NPS
from metrics.statistics.families import Versus, judge_together
from metrics.statistics.figures import verdict
from metrics.statistics.scanning import adjusted_p, discoveries, threshold
from metrics.statistics.verdicts import Call


def nps(promoters, passives, detractors):
    return {10: promoters, 8: passives, 0: detractors}


MOVED = Versus(NPS, nps(40, 30, 30), nps(60, 25, 15))
STILL = Versus(NPS, nps(45, 30, 25), nps(46, 30, 24))


@pytest.mark.parametrize(
    ("here", "there", "judged"), [(25, 25, True), (24, 25, False), (25, 24, False), (400, 0, False)]
)
def test_both_sides_need_twenty_five_answers(here, there, judged):
    family = {"one": Versus(NPS, nps(here, 0, 0), nps(0, 0, there))}
    assert ("one" in judge_together(family)) is judged


def test_what_is_too_small_does_not_count_against_the_others():
    small = {number: Versus(NPS, nps(5, 5, 5), nps(5, 5, 5)) for number in range(50)}
    alone, among = judge_together({"one": MOVED}), judge_together({"one": MOVED, **small})
    assert among == alone
    assert among["one"].tests == 1


def test_alone_a_change_is_called_at_five_percent_and_among_many_only_when_surer():
    alone = verdict(NPS, MOVED.here, MOVED.there)
    assert (alone.call, 0.001 < alone.p < 0.01) == (Call.DOWN, True)

    among = judge_together({"one": MOVED, **dict.fromkeys(range(39), STILL)})

    assert among["one"].verdict.call is Call.NO_CALL
    assert among["one"].tests == 40
    assert among["one"].threshold == pytest.approx(0.05 / 40)
    assert among["one"].verdict.needed_n == pytest.approx(alone.n * 10, rel=0.3)


def test_a_called_verdict_carries_the_p_and_interval_of_its_own_test():
    alone = verdict(NPS, MOVED.here, MOVED.there)
    assert judge_together({"one": MOVED})["one"].verdict == alone


def test_at_a_hundred_thousand_answers_a_discovery_can_still_be_steady():
    versus = Versus(NPS, nps(50_700, 30_000, 19_300), nps(50_000, 30_000, 20_000))
    assert judge_together({"one": versus})["one"].verdict.call is Call.STEADY


def test_shares_and_scores_stand_in_one_family():
    service = Versus(CSAT, {5: 90, 1: 10}, {5: 60, 1: 40})
    told = judge_together({"service": service, "experience": STILL})
    assert told["service"].verdict.call is Call.UP
    assert {test.tests for test in told.values()} == {2}


def test_the_threshold_divides_the_called_from_the_others():
    values = [0.001, 0.012, 0.02, 0.2, 0.6]
    assert discoveries(values) == [True, True, True, False, False]
    assert threshold(values) == pytest.approx(0.03)
    assert threshold([0.2, 0.3]) == 0.025
    assert threshold([]) == 0.05


def test_calls_agree_with_the_threshold_that_is_printed():
    chance = random.Random(5)
    for _ in range(200):
        values = [chance.random() ** 4 for _ in range(chance.randint(1, 30))]
        limit = threshold(values)
        assert discoveries(values) == [value <= limit + 1e-12 for value in values]
        assert max(adjusted_p(values)) <= 1


def test_shuffled_scores_call_a_segment_in_at_most_five_percent():
    """Two quarters of a realistic company, service as it was, the NPS dealt anew."""
    chance = random.Random(20261124)
    plans, regions = chance.choices("ABCD", [34, 40, 18, 8], k=1330), chance.choices("NESW", k=1330)
    scores = chance.choices([10, 8, 0], [44, 24, 32], k=1330)
    service = {
        ("service", name): Versus(CSAT, {5: 8 * n, 1: 2 * n}, {5: 8 * n, 1: 2 * n})
        for name, n in zip("ABCDNESW", [17, 20, 9, 4, 12, 12, 12, 12], strict=True)
    }
    claimed = 0
    for _ in range(400):
        chance.shuffle(scores)
        family = dict(service)
        for names in (plans, regions):
            for name in set(names):
                halves = [
                    [score for mine, score in rows if mine == name]
                    for rows in (
                        list(zip(names[:710], scores[:710], strict=True)),
                        list(zip(names[710:], scores[710:], strict=True)),
                    )
                ]
                now, before = ({each: half.count(each) for each in (10, 8, 0)} for half in halves)
                family["experience", name] = Versus(NPS, now, before)
        claimed += any(test.verdict.is_called for test in judge_together(family).values())
    assert claimed <= 20
