"""The words of the gap: tests, repeated answers, claims and movement."""

from fractions import Fraction

import pytest

from metrics.statistics import families
from metrics.statistics.clusters import sums
from metrics.statistics.comparing import pairs
from metrics.statistics.definitions import CSAT, NPS
from metrics.statistics.families import Versus, judge_together
from metrics.statistics.figures import figure, verdict
from metrics.statistics.gap import Group, Opposed
from metrics.statistics.intervals import Interval
from metrics.statistics.overlaps import Overlap
from metrics.statistics.proportions import Share
from metrics.statistics.quadrants import Claim, Felt, Served
from metrics.statistics.verdicts import Call, Verdict
from reports.rules.both_words import apart_text, change_said, link_text, moved_text
from reports.rules.gap_words import apart_said, evidence, opposed_text, p_text, span_text
from reports.rules.overlap_words import MONDAYS, every_text, latest_text, worth_text

ALONE, ALIKE = sums([(1, 1)] * 50), sums([(3, 3)] * 30 + [(3, 0)] * 20)
BASIC, PLUS = Group("plan", "Basic"), Group("plan", "Plus")
MOVES = {(("good", "high"), ("good", "low")): 30}


def overlap(*, shared=(), now=ALONE, moves=None):
    return Overlap(shared=pairs(shared), now=now, before=ALONE, moves=moves or {})


def claim(call, elsewhere=None):
    here, there = Share(36, 80), Share(4, 80)
    verdict = Verdict(call, Fraction(2, 5), Interval(0.2, 0.5), 0.0004, here.n, there.n)
    return Claim(here, there, families.Tested(verdict, 0.05, 1), elsewhere or {})


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.25348, "0.25"), (0.0598, "0.0598"), (0.011, "0.011"), (0.0004, "under 0.001"), (1, "1.00")],
)
def test_p_is_written_as_people_read_it(p, text):
    assert p_text(p) == text
    assert p_text(0.0004, about=False) == "0.0004"


def test_a_test_is_written_with_the_interval_that_was_computed_by_hand():
    here, there = {9: 500, 8: 300, 0: 200}, {9: 400, 8: 300, 0: 300}
    told = evidence("Experience", figure(NPS, here), figure(NPS, there), verdict(NPS, here, there))
    assert (told.here, told.there) == ("+30 (n = 1,000)", "+10 (n = 1,000)")
    # 12.8856 to 26.9947.
    assert (told.change, told.interval, told.p) == ("+20", "+13 to +27", "under 0.001")


def test_repeated_answers_are_told_with_what_they_are_worth():
    shown = figure(CSAT, {5: 90, 1: 60}, overlap(now=ALIKE))
    assert every_text(shown, overlap(now=ALIKE)) == (
        "each answer, 3.0 of each customer on average (counted on Mondays): interval and verdict "
        "take them for about 49 independent ones"
    )
    assert worth_text(shown) == "worth about 49 independent answers"


def test_single_answers_need_no_correction_and_unknown_ones_say_so():
    shown = figure(CSAT, {5: 50})
    assert every_text(shown, overlap()).endswith("so few repeat that they count as independent")
    assert every_text(shown, None) == "each answer; the verdict treats answers as independent"
    assert worth_text(shown) == ""


@pytest.mark.parametrize(
    ("found", "end"),
    [
        (None, "the verdict treats answers as independent"),
        (overlap(), f"nobody answered in both periods ({MONDAYS})"),
        (
            overlap(shared=[(9, 3)] * 7),
            f"the verdict allows for 7 who answered in both periods ({MONDAYS})",
        ),
    ],
)
def test_customers_in_both_periods_are_told_with_when_they_were_counted(found, end):
    assert latest_text(found).endswith(end)


@pytest.mark.parametrize(
    ("moves", "text"),
    [
        ({}, "0 customers have both in both periods; net movement needs 25."),
        ({(("good", "high"), ("good", "low")): 1}, "1 customer has both in both periods; net"),
        (MOVES, "30 customers have both in both periods. Net movement: those who came"),
    ],
)
def test_movement_is_net_or_not_told(moves, text):
    told = moved_text(overlap(moves=moves))
    assert told.startswith(text)
    assert MONDAYS in told or "needs 25" in told
    assert "treated as independent" in moved_text(None)


def test_a_claim_that_depends_is_not_made():
    wavering = claim(Call.UP, {"90 days": Call.NO_CALL})
    assert change_said(wavering).lead == "depends on where the line is drawn"
    assert "depends on where the line is drawn" in link_text(wavering)
    assert change_said(claim(Call.UP)).lead == "up 40"
    assert change_said(claim(Call.NO_CALL)).lead == "no call"
    assert change_said(None) is None


@pytest.mark.parametrize(("call", "word"), [(Call.UP, "more"), (Call.DOWN, "fewer")])
def test_a_corner_of_a_segment_is_more_or_less_than_elsewhere(call, word):
    told = apart_text((Served.WELL, Felt.LOW), "plan Basic", claim(call))
    assert told.startswith(f"Plan Basic: {word} well served, yet detractors than elsewhere, 45 %")
    assert told.endswith("(n = 80 and 80).")


def test_segments_are_set_against_the_rest_in_few_words():
    def said(here, rest):
        test = judge_together({"one": Versus(NPS, here, rest)}).get("one")
        return apart_said(test, figure(NPS, here), figure(NPS, rest))

    low, high = {10: 20, 0: 60}, {10: 60, 0: 20}
    many = {10: 50_000, 8: 30_000, 0: 20_000}
    assert said(low, high).lead == "100 below +50"
    assert said(high, low).lead == "100 above \u221250"
    assert said(high, high).lead == "no call"
    assert said(many, many).lead == "as the others"
    assert said({10: 24}, high).lead == "too few"


def test_two_groups_are_named_or_told_as_all_the_others():
    assert opposed_text(Opposed(rose=PLUS, fell=BASIC)) == "plan Basic fell while plan Plus rose"
    assert opposed_text(Opposed(rose=None, fell=BASIC)) == (
        "plan Basic fell while all the others together rose"
    )


def test_from_what_to_what_needs_both():
    now, before = figure(NPS, {10: 20, 0: 60}), figure(NPS, {10: 60, 0: 20})
    assert span_text(before, now) == "+50 \u2192 \u221250"
    assert span_text(figure(NPS, {}), now) == ""
