"""Customers who have both: shares, claims, and lines that may not be drawn elsewhere."""

import random

import pytest

from metrics.statistics.nps import NpsCounts
from metrics.statistics.proportions import Share, newcombe
from metrics.statistics.quadrants import (
    CORNERS,
    Apart,
    Change,
    Felt,
    Line,
    Link,
    Quadrants,
    Served,
    claims,
)
from metrics.statistics.verdicts import Call

WELL, POORLY = Served.WELL, Served.POORLY
HIGH, MIDDLE, LOW = Felt.HIGH, Felt.MIDDLE, Felt.LOW


def quadrants(*counts, unrated=0):
    return Quadrants(NpsCounts(*counts[:3]), NpsCounts(*counts[3:]), unrated)


LINKED = quadrants(80, 40, 40, 20, 20, 60)
EVEN = quadrants(60, 30, 30, 60, 30, 30)
NOBODY = quadrants(0, 0, 0, 0, 0, 0)


def line(now, before=NOBODY, **segments):
    return Line(now, before, segments)


def judged(rule, **others):
    return claims(rule, {name: others.get(name, rule) for name in ("90 days", "365 days")})


def test_a_customer_without_a_rating_is_in_no_cell():
    both = quadrants(42, 20, 26, 9, 9, 15, unrated=536)
    assert (both.n, both.coverage) == (121, Share(121, 657))
    assert both.share((WELL, LOW)) == Share(26, 121)
    assert both.within((POORLY, LOW)) == Share(15, 33)
    assert sum(both.count((served, felt)) for served in Served for felt in Felt) == 121


def test_seven_and_eight_stand_in_between_and_can_be_counted_as_good():
    assert EVEN.lenient() == quadrants(90, 0, 30, 90, 0, 30)
    assert {felt for _, felt in CORNERS} == {HIGH, LOW}


def test_everybody_but_a_segment():
    part = quadrants(1, 2, 3, 4, 5, 6, unrated=7)
    assert quadrants(10, 10, 10, 10, 10, 10, unrated=10).without(part) == quadrants(
        9, 8, 7, 6, 5, 4, unrated=3
    )


def test_the_link_is_newcombes_difference_of_the_shares_of_detractors():
    claim = judged(line(LINKED))[Link()]
    expected = newcombe(Share(60, 100), Share(40, 160))
    assert (claim.here, claim.there) == (Share(60, 100), Share(40, 160))
    assert (claim.test.verdict.p, claim.test.verdict.interval) == (expected.p, expected.interval)
    assert claim.call is Call.UP


@pytest.mark.parametrize(("poorly", "asked"), [(24, False), (25, True)])
def test_the_link_needs_twenty_five_on_either_side(poorly, asked):
    assert (Link() in judged(line(quadrants(60, 0, 0, 0, 0, poorly)))) is asked


@pytest.mark.parametrize(("n", "asked"), [(24, False), (25, True)])
def test_a_change_needs_twenty_five_who_have_both_in_either_period(n, asked):
    found = judged(line(LINKED, before=quadrants(n, 0, 0, 0, 0, 0)))
    assert (Change((WELL, HIGH)) in found) is asked
    found = judged(line(quadrants(n, 0, 0, 0, 0, 0), before=LINKED))
    assert (Change((WELL, HIGH)) in found) is asked


def test_a_corner_of_a_segment_is_compared_with_everybody_else():
    basic = quadrants(5, 5, 40, 2, 2, 6)
    found = judged(line(quadrants(80, 40, 60, 10, 10, 20), basic=basic))
    claim = found[Apart((WELL, LOW), "basic")]
    assert (claim.here, claim.there) == (Share(40, 60), Share(20, 160))
    assert claim.call is Call.UP


def test_all_claims_are_one_family():
    found = judged(line(LINKED, before=LINKED, basic=quadrants(10, 10, 10, 5, 5, 10)))
    assert len(found) == 1 + 4 + 4
    assert {claim.test.tests for claim in found.values()} == {9}


@pytest.mark.parametrize("name", ["90 days", "365 days"])
def test_a_claim_that_hangs_on_the_days_is_not_made(name):
    flipped = judged(line(LINKED), **{name: line(EVEN)})[Link()]
    assert (flipped.test.verdict.call, flipped.depends, flipped.call) == (
        Call.UP,
        True,
        Call.NO_CALL,
    )


def test_a_claim_that_hangs_on_seven_and_eight_is_not_made():
    now, before = quadrants(20, 100, 20, 20, 20, 20), quadrants(60, 60, 20, 20, 20, 20)
    claim = judged(line(now, before=before))[Change((WELL, HIGH))]
    assert claim.test.verdict.call is Call.DOWN
    assert claim.elsewhere["7-8 counted as good"] is not Call.DOWN
    assert (claim.depends, claim.call) == (True, Call.NO_CALL)


def test_too_few_with_another_line_flips_nothing():
    thin = quadrants(5, 1, 1, 1, 1, 5)
    claim = judged(line(LINKED), **{"90 days": line(thin)})[Link()]
    assert claim.elsewhere["90 days"] is None
    assert (claim.depends, claim.call) == (False, Call.UP)


def test_no_call_depends_on_nothing():
    claim = judged(line(EVEN), **{"90 days": line(LINKED)})[Link()]
    assert (claim.depends, claim.call) == (False, Call.NO_CALL)


# --- shuffled ---------------------------------------------------------------------------------

LINES = ("180", "90", "365")


def people(chance, count=420):
    """Customers as (plan, served by 180, 90 and 365 days), some not rated by the shorter lines."""
    made = []
    for _ in range(count):
        state = chance.choices([WELL, POORLY], [72, 28])[0]
        other = POORLY if state is WELL else WELL
        short = chance.choices([state, other, None], [75, 8, 17])[0]
        long = chance.choices([state, other], [85, 15])[0]
        made.append((chance.choices("ABCD", [34, 40, 18, 8])[0], (state, short, long)))
    return made


def counted(world, scores, place):
    rows = {served: [0, 0, 0] for served in Served}
    for (_, states), score in zip(world, scores, strict=True):
        if states[place] is not None:
            rows[states[place]][score] += 1
    return Quadrants(NpsCounts(*rows[WELL]), NpsCounts(*rows[POORLY]))


def lines_of(now, now_scores, before, before_scores):
    found = {}
    for place, name in enumerate(LINES):
        segments = {}
        for plan in "ABCD":
            those = [one[0] == plan for one in now]
            segments[plan] = counted(
                [one for one, mine in zip(now, those, strict=True) if mine],
                [score for score, mine in zip(now_scores, those, strict=True) if mine],
                place,
            )
        found[name] = Line(
            counted(now, now_scores, place), counted(before, before_scores, place), segments
        )
    return found


def test_shuffled_scores_claim_in_at_most_five_percent():
    """A realistic world whose scores are dealt anew: whatever is claimed is false."""
    chance = random.Random(20261122)
    now, before = people(chance), people(chance)
    scores = chance.choices([0, 1, 2], [44, 24, 32], k=len(now) + len(before))
    claimed = 0
    for _ in range(400):
        chance.shuffle(scores)
        found = lines_of(now, scores[: len(now)], before, scores[len(now) :])
        rule = found.pop("180")
        claimed += any(claim.call is not Call.NO_CALL for claim in claims(rule, found).values())
    assert claimed <= 20


def test_the_same_world_unshuffled_claims_the_link():
    """The shuffles prove nothing unless a real link of the same size is found."""
    chance = random.Random(20261123)
    found = 0
    for _ in range(40):
        now, before = people(chance), people(chance)
        weights = {WELL: [54, 24, 22], POORLY: [16, 24, 60]}
        scores, old = (
            [chance.choices([0, 1, 2], weights[states[0]])[0] for _, states in world]
            for world in (now, before)
        )
        lines = lines_of(now, scores, before, old)
        rule = lines.pop("180")
        found += claims(rule, lines)[Link()].call is Call.UP
    assert found >= 32
