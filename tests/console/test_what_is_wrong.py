"""What is wrong stands at its field, for eyes and for screen readers."""

from typing import Any

import pytest
from bs4 import BeautifulSoup

from surveys.models import Customer
from tests.console.test_surveys import mark_of

LIMITS = {
    "ask_again_after_days": 7,
    "asks_per_year": 0,
    "people_per_company": 3,
    "company_days": 30,
    "holdout_percent": 5,
    "needs_legal_basis": "False",
}
WRONG: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "limits": ("sending_limits", LIMITS, {"asks_per_year"}),
    "a pause": ("pause_begin", {"key": "plan", "begins_at": "soon"}, {"reason", "begins_at"}),
    "answers": (
        "answering_doubts",
        {
            "suspect_within_seconds_on": "on",
            "suspect_within_seconds": 0,
            "suspect_shown_seconds": 2,
            "suspect_scores": 3,
        },
        {"suspect_within_seconds"},
    ),
    "retention": (
        "retention",
        {"keep_words_months": "x", "keep_contexts_months": 0, "keep_silent_years": 0},
        {"keep_words_months"},
    ),
    "rules": (
        "programme_rules",
        {"sampling_percent": 0, "priority": 10, "oldest_days": 3, "row0-values": "Basic"},
        {"rest_days", "sampling_percent", "row0-values"},
    ),
    "a question": (
        "survey_question",
        {"text": "", "asked_of": "all", "kind": "single", "act": "save"},
        {"text"},
    ),
    "choices of a rating": (
        "survey_question",
        {"text": "How?", "asked_of": "all", "kind": "rating", "more": "Yes\nNo", "act": "save"},
        {"more"},
    ),
    "ends of own words": (
        "survey_question",
        {"text": "How?", "asked_of": "all", "kind": "text", "low": "Bad", "act": "save"},
        {"low"},
    ),
    "a customer": (
        "customer_new",
        {"name": "Ada", "legal_basis_on": "2026-05-03"},
        {"legal_basis"},
    ),
}
OF_THE_PROGRAMME = ("programme_rules", "survey_question")


@pytest.mark.parametrize("what", WRONG)
def test_each_field_that_is_wrong_says_so_and_points_at_the_words(acme, what):
    name, said, wrong = WRONG[what]
    where = (acme.csat.pk,) if name in OF_THE_PROGRAMME else ()
    more = {"mark": mark_of(acme), "part": "questions"} if name == "survey_question" else {}

    answer = acme.client("owner").post(acme.url(name, *where), {**said, **more})

    page = BeautifulSoup(answer.content, "html.parser")
    fields = page.select('main [aria-invalid="true"]')
    assert {one["name"] for one in fields} == wrong
    for one in fields:
        told = [page.find(id=name) for name in one["aria-describedby"].split()]
        assert told
        assert [each is not None and bool(each.get_text(strip=True)) for each in told] == [True]


def test_whoever_takes_a_basis_away_need_not_empty_its_day(acme):
    client = acme.client("owner")
    with acme.inside():
        ada = acme.customer("Ada", "ada@mail.example")
    said = {"name": "Ada", "email": "ada@mail.example", "legal_basis_on": "2026-05-03"}
    said |= {"legal_basis_source": "Checkout form"}
    address = acme.url("customer_edit", ada.pk)
    client.post(address, {**said, "legal_basis": "consent"})
    client.post(address, {**said, "legal_basis": ""})
    with acme.inside():
        now = Customer.objects.get(pk=ada.pk)
    assert (now.legal_basis, now.legal_basis_on, now.legal_basis_source) == ("", None, "")
