"""Whom to ask: the first rule that says no decides, and says when to ask again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from surveys.rules.asking import Limits, Rule, Situation, judge, words

NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
FREE = Situation(
    limits=Limits(rest_days=30, ask_again_after_days=7, asks_per_year=6),
    is_programme_on=True,
    is_archived=False,
    has_address=True,
    occurred_at=NOW - timedelta(hours=1),
    recorded_at=NOW,
)


def ago(days):
    return NOW - timedelta(days=days)


def test_a_rested_customer_is_asked():
    verdict = judge(FREE, NOW)
    assert (verdict.is_asked, verdict.rule, verdict.again_on) == (True, Rule.ASKED, None)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"is_imported": True}, Rule.IMPORTED),
        ({"occurred_at": NOW - timedelta(days=7, seconds=1)}, Rule.TOO_OLD),
        ({"is_programme_on": False}, Rule.PROGRAMME_OFF),
        ({"is_archived": True}, Rule.ARCHIVED),
        ({"has_address": False}, Rule.NO_ADDRESS),
        ({"suppressed_for": "opted_out"}, Rule.OPTED_OUT),
        ({"suppressed_for": "bounced"}, Rule.BOUNCED),
        ({"suppressed_for": "staff"}, Rule.STOPPED_BY_STAFF),
        ({"programme_asked_at": ago(29.9)}, Rule.RESTING),
        ({"asked_at": (ago(6.9),)}, Rule.ASKED_RECENTLY),
        (
            {"asked_at": tuple(ago(days) for days in (300, 250, 200, 150, 100, 50))},
            Rule.ASKED_ENOUGH,
        ),
        ({"is_test": True}, Rule.TEST_KEY),
    ],
)
def test_each_rule_says_no_by_itself(change, rule):
    verdict = judge(replace(FREE, **change), NOW)
    assert (verdict.is_asked, verdict.rule) == (False, rule)


@pytest.mark.parametrize(
    "change",
    [
        {"occurred_at": NOW - timedelta(days=7)},
        {"programme_asked_at": ago(30)},
        {"asked_at": (ago(7),)},
        {"asked_at": tuple(ago(days) for days in (366, 250, 200, 150, 100, 50))},
    ],
)
def test_each_limit_ends_exactly_where_it_says(change):
    assert judge(replace(FREE, **change), NOW).is_asked


@pytest.mark.parametrize(
    "change",
    [
        {"programme_asked_at": ago(10.3)},
        {"asked_at": (ago(2.7),)},
        {"asked_at": tuple(ago(days) for days in (364, 250, 200, 150, 100, 50, 20))},
    ],
)
def test_on_the_day_it_names_the_customer_may_be_asked_at_any_hour(change):
    again_on = judge(replace(FREE, **change), NOW).again_on
    start = datetime.combine(again_on, datetime.min.time(), tzinfo=UTC)
    later = replace(FREE, occurred_at=start, recorded_at=start, **change)
    assert judge(later, start).is_asked


def test_a_refusal_reads_as_a_sentence_with_the_day():
    verdict = judge(replace(FREE, programme_asked_at=ago(9)), NOW)
    assert words(verdict.rule, verdict.facts, verdict.again_on) == (
        "Not asked: this programme asked on 3 May 2026 and rests for 30 days."
        " Eligible from 3 June 2026."
    )


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_words(rule):
    facts = {"days": 9, "asked": 6, "last_asked_on": "2026-05-03"}
    assert words(rule, facts, None).endswith(".")
    assert words(rule, facts, date(2026, 12, 3)).endswith("Eligible from 3 December 2026.")
