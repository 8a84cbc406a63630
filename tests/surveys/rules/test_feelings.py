"""Feelings and contact: what is read of a form, who is asked, and in which order."""

from collections import Counter

import pytest

from surveys.rules.feelings import (
    BAD,
    GOOD,
    Feeling,
    asks_contact_of,
    in_order_for,
    read_contact,
    read_feelings,
)
from surveys.rules.metrics import SCALES, Metric


def test_feelings_are_read_once_each_and_in_one_order():
    sent = ["frustrated", "valued", "valued", "delighted", ""]
    assert read_feelings(sent) == (Feeling.VALUED, Feeling.FRUSTRATED)
    assert read_feelings([]) == ()


@pytest.mark.parametrize(
    ("sent", "read"), [("email", "email"), ("phone", "phone"), ("no", "no"), ("yes", ""), ("", "")]
)
def test_unknown_wishes_are_none(sent, read):
    assert read_contact(sent) == read


@pytest.mark.parametrize(
    ("metric", "asked"),
    [("nps", [0, 1, 2, 3, 4, 5, 6]), ("csat", [1, 2, 3]), ("ces", [1, 2, 3, 4])],
)
def test_low_scores_are_asked_whether_we_may_contact(metric, asked):
    scores = SCALES[Metric(metric)].scores
    assert [score for score in scores if asks_contact_of(Metric(metric), score)] == asked


def test_either_group_stands_first_for_about_half_of_all_people_and_always_for_the_same():
    orders = Counter(in_order_for(f"token{number}") for number in range(400))
    assert set(orders) == {(*GOOD, *BAD), (*BAD, *GOOD)}
    assert min(orders.values()) > 160
    assert in_order_for("token7") == in_order_for("token7")
