"""Every decision reads as one or two sentences that hold its figures."""

import re
from datetime import date

import pytest

from surveys.rules.asking import Rule
from surveys.rules.reasons import words

DAY = date(2026, 12, 3)


@pytest.mark.parametrize(
    ("rule", "facts", "sentence"),
    [
        ("asked", {}, "Asked."),
        ("asked", {"instead_of": 1}, "Asked, in place of a survey that was planned for later."),
        (
            "gave_way",
            {"gave_way_on": "2026-05-13", "programme": 7},
            (
                "Not asked: it was planned for a later day and made way on 13 May 2026 for a"
                " programme that comes first."
            ),
        ),
        ("asked", {"percent": 50}, "Asked: among the 50 % who are drawn."),
        (
            "too_old",
            {"days": 9},
            (
                "Not asked: it was 9 days old when it was recorded; after 7 days nobody is asked"
                " any more."
            ),
        ),
        (
            "too_old",
            {"days": 4, "oldest": 3},
            (
                "Not asked: it was 4 days old when it was recorded; after 3 days nobody is asked"
                " any more."
            ),
        ),
        (
            "held_out",
            {"percent": 5},
            (
                "Not asked: one of the 5 % of customers who are never asked, so that it can be seen"
                " what asking does."
            ),
        ),
        (
            "condition",
            {"condition": "plan is one of Basic or Plus"},
            "Not asked: this programme asks only where plan is one of Basic or Plus.",
        ),
        ("not_drawn", {"percent": 50}, "Not asked: not among the 50 % who are drawn."),
        ("all_paused", {}, "Not asked: all sending is paused."),
        (
            "paused",
            {"reason": "network down", "whom": "where region is North", "until_on": "2026-05-14"},
            "Not asked: network down; no surveys where region is North until 14 May 2026.",
        ),
        (
            "paused",
            {"reason": "strike", "whom": ""},
            "Not asked: strike; no surveys for now.",
        ),
        (
            "outranked",
            {"last_asked_on": "2026-05-12", "days": 7},
            (
                "Not asked: a programme that comes first asks about the same contact; 7 days must"
                " lie between two surveys."
            ),
        ),
        (
            "resting",
            {"last_asked_on": "2026-05-12", "days": 30},
            "Not asked: this programme asked on 12 May 2026 and rests for 30 days.",
        ),
        (
            "resting",
            {"planned_on": "2026-05-14", "days": 30},
            "Not asked: this programme asks on 14 May 2026 already and rests for 30 days.",
        ),
        (
            "asked_recently",
            {"planned_on": "2026-05-14", "days": 7},
            (
                "Not asked: this address is to be asked on 14 May 2026 already; 7 days must lie"
                " between two surveys."
            ),
        ),
        (
            "kept_free",
            {"slot_on": "2026-12-14", "days": 7},
            (
                "Not asked: the relationship survey is due on 14 December 2026, and the 7 days"
                " before it are kept free."
            ),
        ),
        (
            "kept_free",
            {"slot_on": "2026-05-13", "days": 7, "arrives_on": "2026-05-14"},
            (
                "Not asked: it would arrive on 14 May 2026; the relationship survey is due on"
                " 13 May 2026, and 7 days must lie between two surveys."
            ),
        ),
        (
            "kept_place",
            {"service": 4, "kept": 2},
            "Not asked: four service surveys this year; two kept for the relationship survey.",
        ),
        (
            "kept_place",
            {"service": 1, "kept": 13},
            "Not asked: one service survey this year; 13 kept for the relationship survey.",
        ),
        (
            "company_asked",
            {"people": 3, "days": 30},
            "Not asked: enough people of the company were asked in the last 30 days (3).",
        ),
        (
            "kept_place",
            {"service": 3, "kept": 2, "planned": 1},
            (
                "Not asked: three service surveys this year and one planned; two kept for the"
                " relationship survey."
            ),
        ),
        (
            "asked_enough",
            {"asked": 1, "planned": 1},
            "Not asked: 1 survey in the last twelve months and 1 planned are enough.",
        ),
        (
            "kept_place",
            {"service": 0, "kept": 6},
            "Not asked: every survey of a year is kept for the relationship survey.",
        ),
        (
            "kept_place",
            {"service": 0, "kept": 2, "planned": 4},
            (
                "Not asked: no service surveys this year and four planned; two kept for the"
                " relationship survey."
            ),
        ),
        (
            "asked_enough",
            {"asked": 6},
            "Not asked: 6 surveys in the last twelve months are enough.",
        ),
        (
            "asked_enough",
            {"asked": 1},
            "Not asked: 1 survey in the last twelve months is enough.",
        ),
        (
            "bounced",
            {"by": "sms"},
            "Not asked: no text can be sent to the number.",
        ),
        (
            "company_asked",
            {"people": 2, "days": 30, "planned": 1},
            (
                "Not asked: enough people of the company were asked in the last 30 days (2) or are"
                " to be asked (1)."
            ),
        ),
    ],
)
def test_a_decision_says_its_figures(rule, facts, sentence):
    assert words(rule, facts, None) == sentence


@pytest.mark.parametrize("rule", list(Rule))
def test_one_day_is_no_plural(rule):
    facts = {
        "days": 1, "oldest": 1, "asked": 1, "percent": 1, "condition": "a is b", "reason": "strike",
        "whom": "", "slot_on": "2026-05-09", "service": 1, "kept": 1, "people": 1,
        "refused_on": "2026-05-01", "gave_way_on": "2026-05-13", "last_asked_on": "2026-05-03",
    }  # fmt: skip
    planned = {"planned_on": "2026-05-14", "arrives_on": "2026-05-15"}
    for told in (facts, facts | planned):
        assert not re.search(r"\b(1|one) (service )?(days|surveys)\b", words(rule, told, DAY))


def test_the_product_page_keeps_its_word():
    assert words("kept_place", {"service": 4, "kept": 2}, DAY) == (
        "Not asked: four service surveys this year; two kept for the relationship survey."
        " Eligible from 3 December 2026."
    )


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_words(rule):
    facts = {
        "days": 9, "asked": 6, "last_asked_on": "2026-11-24", "percent": 50, "condition": "a is b",
        "reason": "strike", "whom": "", "slot_on": "2026-05-09", "service": 4, "kept": 2,
        "people": 3, "refused_on": "2026-05-01", "gave_way_on": "2026-05-13",
    }  # fmt: skip
    assert words(rule, facts, None).endswith(".")
    assert words(rule, facts, DAY).endswith("Eligible from 3 December 2026.")


@pytest.mark.parametrize(
    ("again_on", "ending"),
    [
        (date(2026, 6, 2), "rests for 30 days. Eligible from 2 June 2026."),
        (date(2026, 6, 3), "rests for 30 days. Eligible from 3 June 2026."),
        (
            date(2026, 6, 4),
            "rests for 30 days. Eligible from 4 June 2026: other limits hold until then.",
        ),
    ],
)
def test_a_day_beyond_the_rest_that_is_told_says_why(again_on, ending):
    for told in ("last_asked_on", "planned_on"):
        said = words("resting", {told: "2026-05-03", "days": 30}, again_on)
        assert said.endswith(ending)
