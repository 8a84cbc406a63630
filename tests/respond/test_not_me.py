"""This was not me: the answer is out, the address rests, and whoever said it can undo it."""

import pytest
from bs4 import BeautifulSoup

from kit import clock, tenancy
from metrics.actions.folding import fold_answers
from metrics.models import Cell
from surveys.actions.erasing_rows import forget_person
from surveys.actions.withdrawing import return_answer, withdraw_answer
from surveys.models import Invitation, Response, ResponseRevision, Suppression
from surveys.queries.suppressed import addresses_in_doubt
from tests.respond.test_amending import days_later, finish
from tests.respond.test_answering import at_once, form_of, happened, later, stored, text
from tests.respond.test_closed import closed, seen

__all__ = ["closed"]
pytestmark = pytest.mark.django_db


def doubted(asked):
    with tenancy.organisation(asked.organisation.pk):
        rows = Suppression.objects.filter(reason="not_me", lifted_at__isnull=True)
        return list(rows.values_list("address_key", "programme"))


def take_out(customer, asked, wait=5):
    address, form = form_of(customer.get(f"{asked.survey}/not-me"))
    with later(wait):
        return customer.post(address, form)


def links_on(response):
    page = BeautifulSoup(response.content, "html.parser")
    return [one["href"] for one in page.select("a")]


def test_the_answer_is_taken_out_and_the_address_rests(customer, asked):
    thanks = customer.get(finish(customer, asked)["Location"])
    assert f"{asked.survey}/not-me" in links_on(thanks)
    with later(30):
        done = take_out(customer, asked)
    assert "Your answer was taken out and we will check the address." in text(done)
    assert stored(asked) == [(4, "withdrawn", "Slow.")]
    assert doubted(asked) == [(asked.invitation.address_key, None)]
    assert happened(asked)[-1] == "response.withdrawn"
    with tenancy.organisation(asked.organisation.pk):
        assert addresses_in_doubt() == 1
        last = ResponseRevision.objects.latest("number")
        assert (last.number, last.rule, last.comment) == (3, "not_me", "Slow.")
        for _ in range(2):  # reactions may run twice
            fold_answers(
                organisation_id=asked.organisation.pk, response_ids=[Response.objects.get().pk]
            )
        assert set(Cell.objects.values_list("standing", flat=True)) == {"withdrawn"}


def test_afterwards_the_link_is_closed(customer, asked, closed):
    finish(customer, asked)
    with later(30):
        take_out(customer, asked)
        for path in ("", "?score=9", "/why", "/not-me"):
            assert seen(customer.get(asked.survey + path)) == closed
        assert seen(customer.post(f"{asked.survey}/why", {"comment": "x"})) == closed
        assert seen(customer.post(asked.survey, {"score": "9"})) == closed
    assert stored(asked) == [(4, "withdrawn", "Slow.")]


def test_a_slip_can_be_undone_by_whoever_made_it(customer, asked):
    finish(customer, asked)
    with later(30):
        address, form = form_of(take_out(customer, asked))
        undone = customer.post(address, form)
        assert "Your answer is back." in text(undone)
        assert customer.get(asked.survey).status_code == 200
    assert stored(asked) == [(4, "counted", "Slow.")]
    assert doubted(asked) == []
    assert happened(asked)[-1] == "response.restored"


def test_nobody_else_can_undo_it_and_not_for_long(customer, ask, closed):
    asked, other = ask(), ask(name="Other")
    finish(customer, asked)
    finish(customer, other)
    with later(30):
        _, form = form_of(take_out(customer, asked))
        _, foreign = form_of(take_out(customer, other))
        for wrong in ({"act": "undo"}, {"act": "undo", "shown": "x"}, foreign):
            assert seen(customer.post(f"{asked.survey}/not-me", wrong)) == closed
    with later(16 * 60):
        assert seen(customer.post(f"{asked.survey}/not-me", form)) == closed
    assert stored(asked) == [(4, "withdrawn", "Slow.")]


@pytest.mark.parametrize("form", [{}, {"shown": "x"}, {"note_2": "x"}])
def test_opening_and_machines_take_nothing_out(customer, asked, form):
    finish(customer, asked)
    page = customer.get(f"{asked.survey}/not-me")
    with later(30):
        sent = form_of(page)[1] | form if form else {}
        again = customer.post(f"{asked.survey}/not-me", sent)
        assert "Yes, take the answer out" in text(again)
    with at_once():  # a page that nobody can have read
        unread = customer.post(*form_of(customer.get(f"{asked.survey}/not-me")))
        assert "Yes, take the answer out" in text(unread)
    assert stored(asked) == [(4, "counted", "Slow.")]
    assert doubted(asked) == []


def test_without_an_answer_there_is_nothing_to_take_out(customer, asked, closed):
    assert f"{asked.survey}/not-me" not in links_on(customer.get(asked.survey))
    assert seen(customer.get(f"{asked.survey}/not-me")) == closed
    assert seen(customer.post(f"{asked.survey}/not-me", {"shown": "x"})) == closed
    with tenancy.organisation(asked.organisation.pk):
        assert not withdraw_answer(invitation_id=asked.invitation.pk, now=clock.now())
        assert not return_answer(invitation_id=asked.invitation.pk, now=clock.now())


def test_it_can_be_said_for_a_day_where_answers_cannot_be_changed(customer, ask, closed):
    asked = ask(amend_days=0)
    finish(customer, asked)
    with days_later(2):
        assert seen(customer.get(f"{asked.survey}/not-me")) == closed
    with later(60):
        take_out(customer, asked)
    assert stored(asked) == [(4, "withdrawn", "Slow.")]


def test_what_staff_took_out_stays_as_it_is(customer, asked):
    finish(customer, asked)
    with tenancy.organisation(asked.organisation.pk):
        Response.objects.update(standing="excluded", standing_reason="A test of ours")
        for act in (withdraw_answer, return_answer):
            assert act(invitation_id=asked.invitation.pk, now=clock.now())
            assert Response.objects.get().standing == "excluded"


def test_twice_is_once(customer, asked):
    finish(customer, asked)
    with tenancy.organisation(asked.organisation.pk):
        for _ in range(2):
            assert withdraw_answer(invitation_id=asked.invitation.pk, now=clock.now())
        assert ResponseRevision.objects.filter(rule="not_me").count() == 1
        assert return_answer(invitation_id=asked.invitation.pk, now=clock.now())
        assert not return_answer(invitation_id=asked.invitation.pk, now=clock.now())


def test_an_erased_person_says_nothing_any_more(customer, asked, closed):
    finish(customer, asked)
    with tenancy.organisation(asked.organisation.pk):
        forget_person(Invitation.objects.get().customer, now=clock.now())
        assert not withdraw_answer(invitation_id=asked.invitation.pk, now=clock.now())
    assert seen(customer.get(f"{asked.survey}/not-me")) == closed
