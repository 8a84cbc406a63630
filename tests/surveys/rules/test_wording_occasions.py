"""Tests of what an asking was about, in words."""

from datetime import date

import pytest

from surveys.rules.metrics import Metric
from surveys.rules.occasions import Occasion, occasion_values
from surveys.rules.wording import DEFAULTS, fill, known_values

BILL = Occasion(
    topic="your bill",
    deed="talked to us about your bill",
    is_service=True,
    owner_team="Billing",
    on=date(2026, 5, 5),
)


def said(text, occasion, today=date(2026, 5, 8)):
    known = known_values({"organisation": "Acme", **occasion_values(occasion, today)})
    return fill(text, known)


def test_a_service_is_about_the_help_with_a_topic():
    assert said(DEFAULTS[Metric.CSAT].question, BILL) == (
        "How satisfied were you with the help with your bill?"
    )
    assert said(DEFAULTS[Metric.CSAT].subject, BILL) == "How did we do with your bill?"
    assert said(DEFAULTS[Metric.CES].question, BILL) == (
        "Acme made it easy for me to sort out my bill."
    )
    assert said(DEFAULTS[Metric.CES].subject, BILL) == "Was it easy to sort out your bill?"
    assert said(DEFAULTS[Metric.CSAT].thanks("high"), BILL) == (
        "Thank you. We will pass it on to the Billing team."
    )


def test_an_experience_is_the_topic_itself():
    delivery = Occasion(topic="your delivery", owner_team="Night team")
    assert said(DEFAULTS[Metric.CSAT].question, delivery) == (
        "How satisfied were you with your delivery?"
    )
    assert said(DEFAULTS[Metric.CES].question, delivery) == (
        "Acme made it easy for me to get done what I wanted."
    )
    assert said(DEFAULTS[Metric.NPS].thanks("high"), delivery) == (
        "Thank you. We will pass it on to the Night team."
    )


def test_a_topic_that_is_nobodys_makes_no_task():
    values = occasion_values(Occasion(topic="the network", is_service=True))
    assert values["my_task"] is None
    assert values["your_task"] is None


@pytest.mark.parametrize(
    ("today", "sentence"),
    [
        (date(2026, 5, 5), "On 5 May you talked to us about your bill."),
        (date(2026, 5, 6), "On Tuesday you talked to us about your bill."),
        (date(2026, 5, 11), "On Tuesday you talked to us about your bill."),
        (date(2026, 5, 12), "On 5 May you talked to us about your bill."),
        (date(2026, 5, 4), "On 5 May you talked to us about your bill."),
        (None, ""),
    ],
)
def test_the_weekday_is_said_only_while_it_means_one_day(today, sentence):
    assert said(DEFAULTS[Metric.CSAT].occasion, BILL, today) == sentence


def test_the_reason_names_the_date():
    assert said(DEFAULTS[Metric.NPS].because, BILL) == (
        "You get this because you talked to us about your bill on 5 May."
    )


def test_nothing_known_leaves_nothing_but_the_defaults():
    assert known_values(occasion_values(Occasion(), date(2026, 5, 8))) == {}
    assert said(DEFAULTS[Metric.NPS].because, Occasion()) == (
        "You get this because you are our customer."
    )
