"""Feeling and contact in the second step: who is asked, what is kept, what is left out."""

import pytest
from bs4 import BeautifulSoup

from kit import clock, tenancy
from surveys.actions.answering import record_reason, record_score
from surveys.models import Invitation, Response, ResponseRevision
from surveys.rules.doubts import Signs
from surveys.rules.feelings import BAD, GOOD, Feeling
from tests.builders import a_version
from tests.respond.test_answering import answer, form_of, later, stored, text
from tests.respond.test_follow_ups import _fail

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask_felt(ask):
    """Ask somebody who is asked for feeling and contact, unless `asks` says otherwise."""

    def asking(metric="nps", **asks):
        asked = ask(metric)
        with tenancy.organisation(asked.organisation.pk):
            survey = asked.invitation.survey_version.survey
            version = a_version(survey, **{"asks_feeling": True, "asks_contact": True, **asks})
            Invitation.objects.filter(pk=asked.invitation.pk).update(survey_version=version)
        return asked

    return asking


def said(asked):
    with tenancy.organisation(asked.organisation.pk):
        return Response.objects.values_list("comment", "feelings", "contact").get()


def revisions(asked):
    with tenancy.organisation(asked.organisation.pk):
        rows = ResponseRevision.objects.order_by("number")
        return list(rows.values_list("score", "feelings", "contact"))


def boxes(response, name):
    page = BeautifulSoup(response.content, "html.parser")
    return [tag["value"] for tag in page.select(f"input[name={name}]")]


def why_page(customer, asked, score):
    return customer.get(answer(customer, asked, score)["Location"])


def test_what_was_felt_and_wished_is_kept_with_the_words(customer, ask_felt):
    asked = ask_felt()
    with later(10):
        page = why_page(customer, asked, 4)
        assert "How did we make you feel? Choose any that fit, or none." in text(page)
        assert "May someone from Acme Mobile contact you about this?" in text(page)
        customer.post(
            form_of(page)[0],
            {"comment": "Late", "feeling": ["frustrated", "annoyed"], "contact": "phone"},
        )
    assert said(asked) == ("Late", ["annoyed", "frustrated"], "phone")
    assert revisions(asked) == [(4, [], ""), (4, ["annoyed", "frustrated"], "phone")]


def test_none_of_it_has_to_be_said(customer, ask_felt):
    asked = ask_felt()
    with later(10):
        address, form = form_of(why_page(customer, asked, 4))
        assert form == {"comment": ""}
        assert customer.post(address, form).status_code == 303
    assert said(asked) == ("", [], "")
    assert revisions(asked) == [(4, [], "")]


@pytest.mark.parametrize(
    ("metric", "score", "is_asked"),
    [
        ("nps", 6, True), ("nps", 7, False), ("csat", 3, True), ("csat", 4, False),
        ("ces", 4, True), ("ces", 5, False),
    ],
)  # fmt: skip
def test_low_scores_alone_are_asked_for_contact_and_kept_with_it(
    customer, ask_felt, metric, score, is_asked
):
    asked = ask_felt(metric)
    with later(10):
        page = why_page(customer, asked, score)
        assert boxes(page, "contact") == (["email", "phone", "no"] if is_asked else [])
        customer.post(form_of(page)[0], {"contact": "email"})  # a form of ours sends none at all
    assert said(asked)[2] == ("email" if is_asked else "")


def test_what_is_switched_off_is_neither_asked_nor_kept(customer, ask_felt):
    asked = ask_felt(asks_feeling=False, asks_contact=False)
    with later(10):
        page = why_page(customer, asked, 2)
        assert (boxes(page, "feeling"), boxes(page, "contact")) == ([], [])
        customer.post(form_of(page)[0], {"feeling": "annoyed", "contact": "no"})
    assert said(asked) == ("", [], "")


@pytest.mark.parametrize(
    ("asks", "score", "has_step"),
    [
        ({"asks_feeling": True, "asks_contact": False}, 10, True),
        ({"asks_feeling": False, "asks_contact": True}, 6, True),
        ({"asks_feeling": False, "asks_contact": True}, 7, False),
        ({"asks_feeling": False, "asks_contact": False}, 0, False),
    ],
)
def test_there_is_a_second_step_where_it_asks_anything(customer, ask_felt, asks, score, has_step):
    asked = ask_felt(asks_why=False, **asks)
    with later(10):
        leads = answer(customer, asked, score)["Location"]
        assert leads.endswith("/why") is has_step
        if has_step:
            assert boxes(customer.get(leads), "comment") == []


def test_the_order_of_the_feelings_is_each_persons_own(customer, ask_felt):
    asked = ask_felt()
    with later(10):
        page = why_page(customer, asked, 4)
        assert set(boxes(page, "feeling")) == {one.value for one in Feeling}
        assert tuple(boxes(page, "feeling")) in ((*GOOD, *BAD), (*BAD, *GOOD))
        assert boxes(customer.get(f"{asked.survey}/why"), "feeling") == boxes(page, "feeling")


def test_thanks_do_not_promise_contact_to_who_wants_none(customer, ask_felt):
    asked = ask_felt()
    with later(10):
        done = customer.post(form_of(why_page(customer, asked, 4))[0], {"contact": "no"})
        thanks = text(customer.get(done["Location"]))
    assert "Thank you for telling us. We will not contact you about it." in thanks


def test_if_storing_fails_feeling_and_contact_can_be_sent_again(customer, ask_felt, monkeypatch):
    asked = ask_felt()
    sent = {"comment": "Why", "feeling": ["valued", "annoyed"], "contact": "email"}
    with later(10):
        address = form_of(why_page(customer, asked, 4))[0]
        with monkeypatch.context() as broken:
            broken.setattr("respond.answering.record_reason", _fail)
            again = customer.post(address, sent)
        assert again.status_code == 503
        assert (boxes(again, "feeling"), boxes(again, "contact")) == (
            ["valued", "annoyed"], ["email"],
        )  # fmt: skip
        customer.post(address, sent)
    assert said(asked) == ("Why", ["valued", "annoyed"], "email")


def test_words_that_are_too_long_keep_feeling_and_contact_marked(customer, ask_felt):
    asked = ask_felt()
    with later(10):
        address = form_of(why_page(customer, asked, 4))[0]
        again = customer.post(
            address, {"comment": "x" * 10_001, "feeling": "annoyed", "contact": "no"}
        )
        _, form = form_of(again)
    assert (again.status_code, form["feeling"], form["contact"]) == (400, "annoyed", "no")
    assert stored(asked) == [(4, "counted", "")]


@pytest.mark.django_db(transaction=True)
def test_the_second_step_stays_one_round_trip(customer, ask_felt, django_assert_num_queries):
    asked = ask_felt()
    why_page(customer, asked, 4)  # these lines prepare the statements
    record_reason(invitation_id=0, comment="", now=clock.now())
    with later(20), django_assert_num_queries(1):
        customer.post(f"{asked.survey}/why", {"feeling": "annoyed", "contact": "no"})
    assert said(asked) == ("", ["annoyed"], "no")


def test_of_a_suspect_nothing_is_kept(ask_felt):
    asked = ask_felt()
    invitation = asked.invitation.pk
    record_score(invitation_id=invitation, score=4, signs=Signs(touched_trap=True), now=clock.now())
    kept = record_reason(
        invitation_id=invitation, comment="", feelings=[Feeling.VALUED], now=clock.now()
    )
    assert not kept
    assert said(asked) == ("", [], "")
