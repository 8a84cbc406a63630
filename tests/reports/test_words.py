"""Figures in words: what may be said at how many answers, and how it is written."""

import pytest

from metrics.statistics.clusters import sums
from metrics.statistics.comparing import pairs
from metrics.statistics.definitions import CES, CSAT, NPS
from metrics.statistics.figures import figure, verdict
from metrics.statistics.overlaps import Overlap
from reports.rules.words import (
    explained,
    interval_text,
    mean_text,
    said,
    score_text,
    size_text,
    value_text,
)


@pytest.mark.parametrize(
    ("definition", "points", "text"),
    [
        (NPS, 46, "+46"),
        (NPS, 0, "0"),
        (NPS, -31, "\u221231"),
        (CSAT, 83, "83 %"),
        (CES, 0, "0 %"),
    ],
)
def test_points_are_written_with_the_sign_or_unit_of_their_metric(definition, points, text):
    assert value_text(definition, points) == text


@pytest.mark.parametrize(
    ("n", "score", "size"),
    [
        (0, "", "no data"),
        (4, "", "too few for a score"),
        (24, "", "too few for a score"),
        (25, "+100", "small sample"),
        (99, "+100", "small sample"),
        (100, "+100", ""),
    ],
)
def test_what_is_said_grows_with_the_number_of_answers(n, score, size):
    shown = figure(NPS, {10: n} if n else {})

    assert (score_text(shown), size_text(shown)) == (score, size)


def test_an_interval_is_written_once_with_its_unit():
    assert interval_text(figure(CSAT, {5: 80, 1: 20})) == "71 to 87 %"
    assert interval_text(figure(NPS, {10: 30, 7: 40, 0: 30})) == "\u221215 to +15"
    assert interval_text(figure(NPS, {})) == ""


def test_a_called_change_names_its_direction_its_size_and_both_numbers():
    # 50/30/20 of 1,000 against 40/30/30: +30 against +10.
    now, before = {10: 500, 7: 300, 0: 200}, {10: 400, 7: 300, 0: 300}

    up, down = said(verdict(NPS, now, before), NPS), said(verdict(NPS, before, now), NPS)

    assert (up.lead + up.rest, up.tone) == (
        "up 20: more than chance explains (n = 1,000 and 1,000)",
        "up",
    )
    assert (down.lead, down.tone) == ("down 20", "down")


def test_no_call_says_how_many_answers_it_would_take():
    words = said(verdict(NPS, {10: 50, 7: 30, 0: 20}, {10: 40, 7: 30, 0: 30}), NPS)

    assert words.lead == "no call"
    assert words.tone == "none"
    assert words.rest.startswith(": could be chance (n = 100 and 100). To see 10 points, about ")
    assert words.rest.endswith(" answers are needed in each period")


def test_steady_says_below_what_every_change_stays():
    many = {5: 80_000, 1: 20_000}

    words = said(verdict(CSAT, many, many), CSAT)

    assert words.lead + words.rest == (
        "steady: any change is under 2 points (n = 100,000 and 100,000)"
    )


def test_a_definition_names_its_cut_its_interval_and_what_it_leaves_out():
    words = explained(CSAT, name="Service: CSAT", unit="each answer")
    facts = dict(words.facts)

    assert words.sentence == "Answers 4 and 5 on a scale from 1 to 5."
    assert facts["Interval"] == "95 %, Wilson"
    assert facts["Leaves out"] == "skipped, excluded, test and machine-suspected answers"
    assert facts["Cut"] == "satisfied from 4 on, on a scale from 1 to 5"
    assert facts["Version"] == "1, from the beginning"


def test_a_mean_stands_beside_shares_and_says_how_sure_it_is():
    # 4.13, sd 1.186, t(99) = 1.984: 3.895 to 4.365.
    assert mean_text(figure(CSAT, {1: 9, 3: 10, 4: 31, 5: 50})) == "4.1 of 5 (3.9 to 4.4)"
    assert mean_text(figure(CES, {7: 30})) == "7.0 of 7"
    assert mean_text(figure(CSAT, {5: 24})) == mean_text(figure(NPS, {9: 50})) == ""


def test_a_mean_of_repeated_answers_claims_no_interval():
    threefold = sums([(3, 3)] * 30 + [(3, 0)] * 20)
    overlap = Overlap(shared=pairs([]), now=threefold, before=threefold, moves={})
    assert mean_text(figure(CSAT, {5: 90, 1: 60}, overlap)) == "3.4 of 5"
