"""Answers proven human: what a machine sends is stored apart until somebody taps once more."""

from datetime import timedelta

import pytest
import redis
import time_machine

from accounts.models import Organisation
from kit import clock, recent, tenancy
from surveys.models import Response, ResponseRevision
from tests.respond.test_answering import at_once, form_of, later, stored, text

pytestmark = pytest.mark.django_db


def rules(asked):
    with tenancy.organisation(asked.organisation.pk):
        return list(
            ResponseRevision.objects.order_by("number").values_list("score", "verdict", "rule")
        )


def test_a_form_sent_within_a_second_is_doubted_and_one_more_tap_counts(customer, asked):
    with at_once():
        address, form = form_of(customer.get(f"{asked.survey}?score=8"))
        doubted = customer.post(address, form)
    assert doubted.status_code == 200
    assert "One more tap so that we know it was you:" in text(doubted)
    assert "Yes, send my 8" in text(doubted)
    assert stored(asked) == [(8, "suspect", "")]
    address, form = form_of(doubted)
    with later(1):
        sent = customer.post(address, form)
    assert sent["Location"] == f"{asked.survey}/why"
    assert stored(asked) == [(8, "counted", "")]
    assert rules(asked) == [(8, "suspect", "too_quick"), (8, "human", "")]


def test_the_one_more_tap_must_not_be_a_machines_either(customer, asked):
    with at_once():
        address, form = form_of(customer.get(asked.survey))
        doubted = customer.post(address, {**form, "score": "8"})
        again = customer.post(*form_of(doubted))
    assert "One more tap" in text(again)
    assert stored(asked) == [(8, "suspect", "")]


def test_the_form_of_step_one_is_no_one_more_tap(customer, ask):
    asked = ask(at=clock.now())
    address, form = form_of(customer.get(f"{asked.survey}?score=8"))
    with later(5):
        customer.post(address, form)
        assert "One more tap" in text(customer.post(address, form))
    assert stored(asked) == [(8, "suspect", "")]


@pytest.mark.parametrize(("after", "standing"), [(8, "suspect"), (12, "counted")])
def test_an_answer_right_after_hand_over_is_doubted(customer, ask, after, standing):
    asked = ask(at=clock.now())
    address, form = form_of(customer.get(f"{asked.survey}?score=8"))
    with later(after):
        customer.post(address, form)
    assert stored(asked) == [(8, standing, "")]


def test_an_organisation_may_take_the_time_after_hand_over_as_human(customer, ask):
    asked = ask(at=clock.now())
    with tenancy.organisation(asked.organisation.pk):
        Organisation.objects.update(suspect_within_seconds=0)
    address, form = form_of(customer.get(f"{asked.survey}?score=8"))
    with later(2):
        customer.post(address, form)
    assert stored(asked) == [(8, "counted", "")]


def test_a_touched_trap_is_doubted(customer, asked):
    address, form = form_of(customer.get(f"{asked.survey}?score=8"))
    with later():
        customer.post(address, {**form, "note_2": "http://spam.example"})
    assert rules(asked) == [(8, "suspect", "trap")]


@pytest.mark.parametrize("shown", ["", "x", "0" * 30, None])
def test_a_post_without_our_form_is_doubted(customer, asked, shown):
    form = {"score": "8"} if shown is None else {"score": "8", "shown": shown}
    assert "One more tap" in text(customer.post(asked.survey, form))
    assert rules(asked) == [(8, "suspect", "no_form")]


def test_the_form_of_another_link_is_not_ours(customer, asked, ask):
    other = ask(organisation=asked.organisation, metric="csat")
    _, form = form_of(customer.get(other.survey))
    with later():
        customer.post(asked.survey, {**form, "score": "8"})
    assert rules(asked) == [(8, "suspect", "no_form")]


def test_several_scores_requested_within_a_minute_are_a_scanners(customer, asked):
    for score in range(11):
        customer.get(f"{asked.survey}?score={score}")
    address, form = form_of(customer.get(f"{asked.survey}?score=8"))
    with later(30):
        doubted = customer.post(address, form)
        assert "One more tap" in text(doubted)
        with later(2):
            customer.post(*form_of(doubted))
    assert rules(asked) == [(8, "suspect", "several_scores"), (8, "human", "")]
    assert stored(asked) == [(8, "counted", "")]


def test_the_same_score_requested_again_is_a_reload(customer, asked):
    for _ in range(2):
        customer.get(f"{asked.survey}?score=8")
    address, form = form_of(customer.get(f"{asked.survey}?score=8"))
    with later():
        customer.post(address, form)
    assert rules(asked) == [(8, "human", "")]
    # A second one is as many as the organisation takes for a scanner's.
    customer.get(f"{asked.survey}?score=7")
    with later():
        customer.post(address, form)
    assert rules(asked)[1:] == [(8, "suspect", "several_scores")]


def test_requests_are_forgotten_after_a_minute(customer, asked):
    customer.get(f"{asked.survey}?score=1")
    valkey = redis.Redis.from_url(recent._address())
    key = recent.key_of(asked.token)
    assert valkey.smembers(key) == {b"1"}
    assert 0 < valkey.ttl(key) <= 60
    assert asked.token not in key


def test_without_valkey_the_rule_is_skipped_and_the_answer_says_so(customer, asked, monkeypatch):
    monkeypatch.setattr(recent, "_address", lambda: "redis://127.0.0.1:1/0")
    recent.forget_connection()
    address, form = form_of(customer.get(f"{asked.survey}?score=8"))
    with later():
        sent = customer.post(address, form)
    assert sent["Location"] == f"{asked.survey}/why"
    assert rules(asked) == [(8, "human", "not looked at: several_scores")]
    with tenancy.organisation(asked.organisation.pk):
        assert Response.objects.get().standing_reason == "not looked at: several_scores"


def test_a_human_answer_stands_against_a_machine_that_comes_later(customer, asked):
    address, form = form_of(customer.get(f"{asked.survey}?score=8"))
    with later():
        customer.post(address, form)
        customer.post(asked.survey, {"score": "0"})
    assert stored(asked) == [(8, "counted", "")]


def test_a_suspected_answer_gets_no_second_step(customer, asked):
    customer.post(asked.survey, {"score": "8"})
    response = customer.get(f"{asked.survey}/why")
    assert (response.status_code, response["Location"]) == (303, asked.survey)
    assert customer.post(f"{asked.survey}/why", {"comment": "buy now"}).status_code == 404
    assert stored(asked) == [(8, "suspect", "")]


def test_a_page_left_open_for_days_still_sends(customer, asked):
    with at_once():
        address, form = form_of(customer.get(f"{asked.survey}?score=8"))
        customer.post(address, form)  # as no person does
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert customer.post(address, form)["Location"] == f"{asked.survey}/why"
        late = clock.now()
    assert stored(asked) == [(8, "counted", "")]
    # The answer is of the person's moment, not of the machine's before her.
    with tenancy.organisation(asked.organisation.pk):
        response = Response.objects.get()
    assert response.local_on == late.date()
    assert late - response.answered_at < timedelta(minutes=1)
