"""Tests of the texts customers read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.rules.metrics import Metric
from surveys.rules.wording import (
    DEFAULTS,
    VARIABLES,
    WordingRefused,
    check,
    fill,
    known_values,
    wording_for,
)

EVERYTHING = known_values(VARIABLES)
TEXTS = [
    (f"{metric}.{name}", getattr(wording, name))
    for metric, wording in DEFAULTS.items()
    for name in wording.__dataclass_fields__
]


@pytest.mark.parametrize(
    ("metric", "question"),
    [
        (Metric.NPS, "How likely are you to recommend Acme Mobile to a friend or colleague?"),
        (Metric.CSAT, "How satisfied were you with the help with your bill on Tuesday?"),
        (Metric.CES, "Acme Mobile made it easy for me to sort out my bill."),
    ],
)
def test_question_with_every_value(metric, question):
    assert fill(DEFAULTS[metric].question, EVERYTHING) == question


@pytest.mark.parametrize(
    ("metric", "question", "subject"),
    [
        (
            Metric.NPS,
            "How likely are you to recommend Acme Mobile to a friend or colleague?",
            "One question about Acme Mobile",
        ),
        (Metric.CSAT, "How satisfied were you with the help you got?", "How did we do?"),
        (
            Metric.CES,
            "Acme Mobile made it easy for me to get done what I wanted.",
            "Was it easy to get done what you wanted?",
        ),
    ],
)
def test_question_and_subject_with_the_organisation_only(metric, question, subject):
    known = known_values({"organisation": "Acme Mobile", "what": None, "topic": " "})
    assert fill(DEFAULTS[metric].question, known) == question
    assert fill(DEFAULTS[metric].subject, known) == subject


@pytest.mark.parametrize(("name", "text"), TEXTS, ids=[name for name, _ in TEXTS])
def test_every_default_text_reads_naturally_with_all_and_with_few_values(name, text):
    check(name, text)
    for known in (EVERYTHING, {"organisation": "Acme", "score": "4"}):
        shown = fill(text, known)
        assert not set(shown) & set("{}[]|")
        assert "  " not in shown
        assert " ," not in shown
        assert " ." not in shown


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({}, ""),
        ({"role": "Care"}, ""),
        ({"sender": "Maya"}, "Maya"),
        ({"sender": "Maya", "role": "Care"}, "Maya, Care"),
    ],
)
def test_an_optional_part_goes_with_its_value_also_inside_another(values, shown):
    assert fill("[{sender}[, {role}]]", values) == shown


def test_a_value_is_never_read_as_a_text_again():
    known = known_values({"first_name": "{sender}[x]{0.__class__}%s", "sender": "Maya"})
    assert fill("Hello[ {first_name}],", known) == "Hello {sender}[x]{0.__class__}%s,"


def test_why_and_thanks_follow_the_group():
    nps = DEFAULTS[Metric.NPS]
    assert nps.why("low") == "What is the main reason, and what should we put right first?"
    assert nps.why("middle") == "What would have made it a 9 or a 10?"
    assert nps.why("high") == "What do you value most?"
    assert nps.thanks("low") == "Thank you for telling us. We read every answer."
    assert nps.thanks("middle") == "Thank you. We will work on it."
    assert fill(nps.thanks("high"), {"team": "the shop"}) == (
        "Thank you. We will pass it on to the shop."
    )


def test_own_texts_replace_single_defaults():
    own = wording_for(Metric.NPS, {"send": "Off goes my {score}"})
    assert fill(own.send, {"score": "7"}) == "Off goes my 7"
    assert own.question == DEFAULTS[Metric.NPS].question
    assert wording_for(Metric.NPS, {}) is DEFAULTS[Metric.NPS]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "x"}, "There is no text named colour."),
        ({"send": "My {card}"}, "send: there is no variable {card}."),
        ({"send": "My {score"}, "send: a brace or bracket is open or nested too deep."),
        ({"send": "[My {score}"}, "send: a brace or bracket is open or nested too deep."),
        ({"send": "[[[{score}]]]"}, "send: a brace or bracket is open or nested too deep."),
        ({"send": "{0.__class__}"}, "send: a brace or bracket is open or nested too deep."),
    ],
)
def test_a_text_that_would_show_its_braces_is_refused(changes, message):
    with pytest.raises(WordingRefused, match="^" + message.replace("{", r"\{") + "$"):
        wording_for(Metric.NPS, changes)


@settings(deadline=None)
@given(st.text(), st.text())
def test_whatever_the_values_a_text_stays_one_line(organisation, what):
    known = known_values({"organisation": organisation, "what": what})
    shown = fill("{organisation|We} asked about {what|it}", known)
    assert shown.splitlines() == [shown]
    assert "asked about" in shown


def test_no_line_breaks_before_a_mark_that_french_sets_apart():
    shown = fill("Appuyez sur « Envoyer » : {score} ?", {"score": "4"})
    assert shown == "Appuyez sur «\u00a0Envoyer\u00a0»\u00a0: 4\u00a0?"
    assert fill("Press Send: {score}?", {"score": "4"}) == "Press Send: 4?"
