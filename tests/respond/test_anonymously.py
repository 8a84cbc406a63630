"""Answering an anonymous question: one page, one sending, and nothing that leads back."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from events.models import Event
from kit import clock, recent, tenancy, tokens
from surveys.models import AnonymousAnswer, Invitation, Response, ResponseRevision
from tests.builders import (
    a_customer,
    a_programme,
    a_survey,
    a_version,
    an_invitation,
    an_organisation,
)
from tests.respond.test_answering import at_once, form_of, later, text

pytestmark = pytest.mark.django_db
CLOSED = "This question is closed or was already answered."


@pytest.fixture
def ask():
    """Ask somebody of the Gold plan anonymously; returns her link and the rows."""

    def asking(metric="nps", organisation=None, *, kept="plan", context=None, **content):
        organisation = organisation or an_organisation()
        with tenancy.organisation(organisation.pk):
            survey = a_survey(organisation, metric)
            if content:
                a_version(survey, **content)
            programme = a_programme(
                organisation, survey=survey, is_anonymous=True, kept_property=kept
            )
            invitation = an_invitation(
                organisation,
                programme,
                a_customer(organisation, name="Ada Okafor"),
                at=clock.now() - timedelta(hours=1),
                is_anonymous=True,
                context={"plan": "Gold", "agent": "Aisha"} if context is None else context,
            )
        token = tokens.sign("survey", invitation.pk)
        return SimpleNamespace(
            organisation=organisation, invitation=invitation, token=token, survey=f"/s/{token}"
        )

    return asking


@pytest.fixture
def asked(ask):
    return ask()


def stored(asked):
    with tenancy.organisation(asked.organisation.pk):
        rows = AnonymousAnswer.objects.order_by("score", "comment")
        return list(rows.values_list("score", "comment", "kept", "feelings"))


def is_used(asked):
    with tenancy.organisation(asked.organisation.pk):
        return Invitation.objects.get().is_used


def send(customer, asked, **told):
    """Open the link, look at it for a while, fill it in and press Send."""
    address, form = form_of(customer.get(asked.survey))
    with later():
        return customer.post(address, {**form, "score": "4", **told})


def test_score_and_words_are_sent_at_once_and_stored_without_a_name(customer, ask):
    asked = ask(organisation=an_organisation(thanks_note="we now explain the first bill."))
    opened = customer.get(asked.survey)
    assert opened.status_code == 200
    said = text(opened)
    assert "Your name is not stored with your answer. Small groups are never shown." in said
    assert "your answer, its month and this about you: plan: Gold." in said
    assert "it cannot be changed or taken out" in said
    for never in ("together with your name", "This was not me", "Aisha", "contact you"):
        assert never not in said
    sent = send(customer, asked, comment="Nobody called back.")
    assert sent.status_code == 200
    assert "Thank you. Your answer is stored without your name." in text(sent)
    assert "Because of answers like yours: we now explain the first bill." in text(sent)
    assert stored(asked) == [(4, "Nobody called back.", "Gold", [])]
    assert is_used(asked)
    with tenancy.organisation(asked.organisation.pk):
        month = clock.now().date().replace(day=1)
        assert AnonymousAnswer.objects.get().month == month
        nothing = [Response.objects.count(), ResponseRevision.objects.count()]
        assert [*nothing, Event.objects.count()] == [0, 0, 0]


def test_afterwards_the_link_is_closed_and_says_no_more(customer, asked):
    address, form = form_of(customer.get(asked.survey))
    send(customer, asked, score="9")
    with later():
        again = customer.post(address, {**form, "score": "2"})
        assert (again.status_code, CLOSED in text(again)) == (404, True)
    for page in ("", "/why", "/thanks", "/not-me", "?score=2"):
        opened = customer.get(asked.survey + page)
        assert (opened.status_code, CLOSED in text(opened)) == (404, True), page
    for page in ("/why", "/not-me"):
        assert customer.post(asked.survey + page, {"comment": "x"}).status_code == 404, page
    assert stored(asked) == [(9, "", "Gold", [])]


def test_the_page_asks_by_one_form_what_its_version_asks(customer, ask):
    asked = ask("csat", asks_feeling=True, asks_contact=True, asks_why=False)
    opened = customer.get(asked.survey)
    assert "How did we make you feel?" in text(opened)
    assert "contact you" not in text(opened)
    assert "What is the main reason?" not in text(opened)
    send(customer, asked, feeling=["annoyed", "valued"], contact="email", comment="unasked")
    assert stored(asked) == [(4, "", "Gold", ["valued", "annoyed"])]


def test_where_nothing_is_kept_the_page_says_so(customer, ask):
    asked = ask(kept="")
    assert "What is kept: your answer and its month." in text(customer.get(asked.survey))
    send(customer, asked)
    assert stored(asked) == [(4, "", "", [])]


def test_an_unknown_property_is_kept_as_nothing(customer, ask):
    asked = ask(context={"plan": None})
    assert "What is kept: your answer and its month." in text(customer.get(asked.survey))
    send(customer, asked)
    assert stored(asked) == [(4, "", "", [])]


def test_a_machine_stores_nothing_and_a_person_taps_once_more(customer, asked):
    with at_once():
        address, form = form_of(customer.get(asked.survey))
        doubted = customer.post(address, {**form, "score": "8", "comment": "At\nonce"})
    assert "One more tap so that we know it was you" in text(doubted)
    assert (stored(asked), is_used(asked)) == ([], False)
    address, form = form_of(doubted)
    with later(2):
        sent = customer.post(address, form)
    assert "stored without your name" in text(sent)
    assert stored(asked) == [(8, "At\nonce", "Gold", [])]


def test_nothing_is_remembered_of_who_looks(customer, asked, monkeypatch):
    """A score that a link holds is no note in Valkey, and no mark on the page."""
    noted = []
    monkeypatch.setattr(recent, "note", lambda *told: noted.append(told))
    opened = customer.get(f"{asked.survey}?score=4")
    assert (noted, opened.cookies) == ([], {})
    assert "checked" not in opened.content.decode()


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"score": ""}, "Nothing is sent yet"),
        ({"score": "11"}, "Nothing is sent yet"),
        ({"comment": "x" * 10_001}, "your words are 10,001 characters long and 10,000 fit"),
        ({"comment": "a\u202eb"}, "Some characters that cannot be seen were taken out."),
    ],
)
def test_what_cannot_be_taken_keeps_the_words(customer, asked, told, says):
    refused = send(customer, asked, **{"comment": "My words", **told})
    assert (refused.status_code, says in text(refused)) == (400, True)
    assert (stored(asked), is_used(asked)) == ([], False)
    kept = form_of(refused)[1]["comment"]
    assert kept == told.get("comment", "My words").replace("\u202e", "")


def test_a_test_is_thanked_and_counted_nowhere(customer, asked):
    with tenancy.organisation(asked.organisation.pk):
        Invitation.objects.update(is_test=True)
    assert "stored without your name" in text(send(customer, asked))
    assert (stored(asked), is_used(asked)) == ([], True)


def test_expired_and_erased_links_take_nothing(customer, asked):
    address, form = form_of(customer.get(asked.survey))
    with tenancy.organisation(asked.organisation.pk):
        Invitation.objects.update(expires_at=clock.now())
    with later():
        assert customer.post(address, {**form, "score": "4"}).status_code == 404
    assert customer.get(asked.survey).status_code == 404
    assert stored(asked) == []


def test_in_another_language(customer, asked):
    said = text(customer.get(asked.survey, headers={"accept-language": "de"}))
    assert "Ihr Name wird nicht mit Ihrer Antwort gespeichert." in said
    assert "Gespeichert wird: Ihre Antwort, ihr Monat und dies über Sie: plan: Gold." in said
