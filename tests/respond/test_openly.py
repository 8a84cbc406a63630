"""A public link: everybody answers, each form is one answer, nobody touches another one's."""

import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client

from kit import clock, recent, tenancy, tokens
from kit.pictures import qr_png, qr_svg
from metrics.actions.folding import fold_answers
from metrics.models import CountedAnswer
from respond import crowds
from surveys.models import Answer, PublicLink, Question, Response, ResponseRevision, Survey
from tests.builders import (
    NOW,
    a_choice,
    a_programme,
    a_touchpoint,
    a_version,
    an_organisation,
)
from tests.respond.test_answering import form_of, happened, later, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(db):
    """A public link at a touchpoint; made anew with what a test names."""

    def opening(metric="nps", **fields):
        organisation = an_organisation()
        with tenancy.organisation(organisation.pk):
            touchpoint = a_touchpoint(organisation, topic="your bill", owner_team="Billing")
            programme = a_programme(organisation, touchpoint, metric=metric)
            own = {"name": "Receipts", "branch": "Cardiff", "created_by": "maya@acme.example"}
            link = PublicLink.objects.create(
                organisation=organisation,
                programme=programme,
                touchpoint=touchpoint,
                created_at=NOW,
                **{**own, **fields},
            )
        address = f"/l/{tokens.sign('public link', link.pk)}"
        return SimpleNamespace(
            organisation=organisation, programme=programme, link=link, address=address
        )

    return opening


@pytest.fixture
def shop(opened):
    return opened()


def send(customer, shop, score=4, *, wait=5, **more):
    """Open the link, look at it for a while, press Send."""
    address, form = form_of(customer.get(shop.address))
    with later(wait):
        return customer.post(address, {**form, "score": score, **more})


def stored(shop):
    with tenancy.organisation(shop.organisation.pk):
        return list(Response.objects.order_by("id").values_list("score", "standing", "comment"))


def change(shop, **fields):
    with tenancy.organisation(shop.organisation.pk):
        PublicLink.objects.filter(pk=shop.link.pk).update(**fields)


@pytest.mark.parametrize(
    ("accepts", "chosen", "read"), [("fr", "es", "es"), ("fr", "", "fr"), ("", "", "it")]
)
def test_each_step_and_the_answer_are_in_the_language_chosen_else_liked_else_the_house_s(
    customer, shop, accepts, chosen, read
):
    with tenancy.organisation(shop.organisation.pk):
        type(shop.organisation).objects.update(language="it")
    browser = {"headers": {"accept-language": accepts}}
    page = customer.get(shop.address, {"lang": chosen} if chosen else {}, **browser)
    address, form = form_of(page)
    with later():
        sent = customer.post(address, {**form, "score": "4"}, **browser)
    why = customer.get(sent["Location"], **browser)
    assert [BeautifulSoup(each.content, "html.parser").html["lang"] for each in (page, why)] == [
        read, read,
    ]  # fmt: skip
    with tenancy.organisation(shop.organisation.pk):
        assert Response.objects.get().language == read


def test_the_way_from_the_code_to_thanks(customer, shop):
    opened = customer.get(f"{shop.address}?score=4")
    address, form = form_of(opened)
    assert (opened.status_code, form["score"]) == (200, "4")
    assert "your name" not in text(opened)
    assert address.startswith(f"{shop.address}~")
    assert stored(shop) == []
    with later():
        sent = customer.post(address, form)
        assert sent.status_code == 303
        asking_why = customer.get(sent["Location"])
        assert "Thank you, your 4 is counted." in text(asking_why)
        address, form = form_of(asking_why)
        finished = customer.post(address, {**form, "comment": "The queue was long."})
        thanks = customer.get(finished["Location"])
    assert "Thank you for telling us. We read every answer." in text(thanks)
    assert stored(shop) == [(4, "counted", "The queue was long.")]
    assert happened(shop) == ["response.received", "response.amended"]


def test_what_is_stored_names_the_place_and_nobody(customer, shop):
    send(customer, shop, 9)
    with tenancy.organisation(shop.organisation.pk):
        response = Response.objects.get()
        revision = ResponseRevision.objects.get()
    assert (response.origin, response.public_link_id) == ("link", shop.link.pk)
    assert (response.customer_id, response.invitation_id) == (None, None)
    assert response.touchpoint_id == shop.link.touchpoint_id
    assert response.context == {"source": "Receipts", "branch": "Cardiff"}
    prefix, _, key = response.origin_key.partition(":")
    assert (prefix, len(key)) == (str(shop.link.pk), 22)
    assert (revision.number, revision.verdict, revision.score) == (1, "human", 9)


def test_each_form_is_one_answer_counted_once(customer, shop):
    address, form = form_of(customer.get(shop.address))
    other, _ = form_of(customer.get(shop.address))
    assert address != other
    with later():
        for score in (3, 3, 5):
            assert customer.post(address, {**form, "score": score}).status_code == 303
    send(customer, shop, 9)
    assert stored(shop) == [(5, "counted", ""), (9, "counted", "")]
    with tenancy.organisation(shop.organisation.pk):
        ids = list(Response.objects.values_list("id", flat=True))
        fold_answers(organisation_id=shop.organisation.pk, response_ids=ids)
        counted = CountedAnswer.objects.order_by("score").values_list("score", "next_on")
        assert list(counted) == [(5, None), (9, None)]


def test_after_an_hour_the_form_changes_nothing_more(customer, shop):
    address, form = form_of(customer.get(shop.address))
    with later():
        customer.post(address, {**form, "score": 3})
    with later(3700):
        assert customer.post(address, {**form, "score": 9}).status_code == 404
    assert stored(shop) == [(3, "counted", "")]


@pytest.mark.parametrize(
    ("wait", "more", "rule"),
    [(0, {}, "too_quick"), (5, {"note_2": "x"}, "trap"), (5, {"shown": "x"}, "no_form")],
)
def test_one_more_tap_takes_the_doubt_from_the_same_answer(customer, shop, wait, more, rule):
    asked_again = send(customer, shop, 4, wait=wait, **more)
    assert asked_again.status_code == 200
    with tenancy.organisation(shop.organisation.pk):
        assert Response.objects.get().standing_reason == rule
    assert stored(shop) == [(4, "suspect", "")]
    address, form = form_of(asked_again)
    with later(9):
        assert customer.post(address, form).status_code == 303
    assert stored(shop) == [(4, "counted", "")]


def test_what_never_saw_the_page_is_doubted(customer, shop):
    assert customer.post(shop.address, {"score": "0"}).status_code == 200
    assert stored(shop) == [(0, "suspect", "")]


def test_a_suspect_answer_takes_no_words(customer, shop):
    send(customer, shop, 4, wait=0)
    with tenancy.organisation(shop.organisation.pk):
        response_id = Response.objects.get().pk
    answer = tokens.sign("answer by a public link", response_id)
    assert customer.get(f"{shop.address}~{answer}/why").status_code == 404
    assert customer.post(f"{shop.address}~{answer}/why", {"comment": "x"}).status_code == 404
    assert stored(shop) == [(4, "suspect", "")]


def test_the_second_step_is_sent_once(customer, shop):
    why = send(customer, shop)["Location"]
    with later():
        # Whoever sends other words is not thanked for what nobody keeps.
        for comment, code in [("First.", 303), ("First.", 303), ("Second.", 404)]:
            assert customer.post(why, {"comment": comment}).status_code == code
    with later(120):
        late = customer.post(why, {"comment": "First."})
    assert late.status_code == 404
    assert stored(shop) == [(4, "counted", "First.")]


def test_words_may_follow_a_link_that_was_revoked_meanwhile(customer, shop):
    why = send(customer, shop)["Location"]
    change(shop, revoked_at=clock.now())
    with later():
        assert customer.post(why, {"comment": "Still here."}).status_code == 303
    assert stored(shop) == [(4, "counted", "Still here.")]


def test_words_come_within_the_hour(customer, shop):
    why = send(customer, shop)["Location"]
    with later(3700):
        assert customer.get(why).status_code == 404
        assert customer.post(why, {"comment": "Late."}).status_code == 404
    assert stored(shop) == [(4, "counted", "")]


def test_follow_up_questions_are_those_of_the_survey(customer, shop):
    with tenancy.organisation(shop.organisation.pk):
        a_version(shop.programme.survey, a_choice())
        question = Question.objects.get()
    why = send(customer, shop)["Location"]
    page = BeautifulSoup(customer.get(why).content, "html.parser")
    name = f"c{question.pk}"
    assert page.find("input", {"name": name})
    picked = [tag["value"] for tag in page.find_all("input", {"name": name})][1]
    with later():
        customer.post(why, {"comment": "", name: picked})
    with tenancy.organisation(shop.organisation.pk):
        assert [list(row.picked) for row in Answer.objects.all()] == [[int(picked)]]


def test_feelings_are_asked_and_nobody_is_promised_a_call(customer, shop):
    with tenancy.organisation(shop.organisation.pk):
        a_version(shop.programme.survey, asks_feeling=True, asks_contact=True)
    why = send(customer, shop, 2)["Location"]
    page = BeautifulSoup(customer.get(why).content, "html.parser")
    assert page.find("input", {"name": "feeling"})
    assert not page.find("input", {"name": "contact"})
    with later():
        for feelings, code in ((["annoyed", "frustrated"], 303), (["valued"], 404)):
            sent = {"comment": "", "feeling": feelings, "contact": "phone"}
            assert customer.post(why, sent).status_code == code
    with tenancy.organisation(shop.organisation.pk):
        told = Response.objects.values_list("feelings", "contact", "revisions_made")
        assert list(told) == [(["annoyed", "frustrated"], "", 2)]


def test_nobody_elses_answer_can_be_touched(customer, shop, opened):
    other = opened()
    theirs = send(customer, other)["Location"]
    with tenancy.organisation(other.organisation.pk):
        response_id = Response.objects.get().pk
        sibling = PublicLink.objects.get()
        sibling.pk, sibling.name, sibling._state.adding = None, "Poster", True
        sibling.save()
    beside = f"/l/{tokens.sign('public link', sibling.pk)}"
    assert customer.get(beside).status_code == 200
    signed = tokens.sign("answer by a public link", response_id)
    wrong = [
        f"{beside}~{signed}/why",  # a good answer, of the link beside it
        f"{shop.address}~{signed}/why",  # of another organisation's
        f"{other.address}~{tokens.sign('survey', response_id)}/why",  # signed for something else
        f"{other.address}~{signed[::-1]}/why",
        f"{other.address}~{tokens.sign('answer by a public link', response_id + 1)}/why",
        f"{other.address}/why",
        f"{other.address}~/why",
    ]
    codes = {customer.get(address).status_code for address in wrong}
    codes |= {customer.post(address, {"comment": "Mine."}).status_code for address in wrong}
    assert codes == {404}
    assert stored(other) == [(4, "counted", "")]
    with later():
        assert customer.post(theirs, {"comment": "Mine."}).status_code == 303


def test_unknown_revoked_and_over_look_the_same(customer, opened):
    unknown = customer.get(f"/l/{'x' * 25}")
    assert unknown.status_code == 404
    ended = [opened(revoked_at=NOW), opened(closes_at=NOW), opened(), opened()]
    with tenancy.organisation(ended[2].organisation.pk):
        type(ended[2].programme).objects.update(archived_at=NOW)
    # Never made, though signed by us.
    ended[3].address = f"/l/{tokens.sign('public link', 10**9)}"
    for shop in ended:
        closed = customer.get(shop.address)
        assert (closed.status_code, closed.content) == (404, unknown.content)
        sent = customer.post(f"{shop.address}~{'a' * 22}", {"score": "4"})
        assert (sent.status_code, sent.content) == (404, unknown.content)
        assert stored(shop) == []


def test_tokens_of_other_pages_open_nothing_here(customer, shop):
    for purpose in ("survey", "unsubscribe", "answer by a public link"):
        assert customer.get(f"/l/{tokens.sign(purpose, shop.link.pk)}").status_code == 404
    assert customer.get(f"/s/{shop.address[3:]}").status_code == 404


@pytest.mark.parametrize(
    "score", ["11", "-1", "4.5", "", "x", "\uff19", "04", "4\x00", "\u202e4", "1e400", "9" * 500]
)
def test_no_score_is_asked_again(customer, shop, score):
    again = send(customer, shop, score)
    assert again.status_code == 400
    address, _ = form_of(again)
    assert address.startswith(f"{shop.address}~")
    assert stored(shop) == []


def test_a_score_of_another_scale_is_asked_again(customer, opened):
    shop = opened("csat")
    assert send(customer, shop, 9).status_code == 400
    assert stored(shop) == []


@pytest.mark.parametrize(
    "key", ["x", "a" * 21, "a" * 23, "\u00e4" * 22, "%00" * 22, "../../s/x", "'; DROP TABLE x; --"]
)
def test_a_key_that_is_none_of_ours_is_replaced(customer, shop, key):
    answered = customer.post(f"{shop.address}~{key}", {"score": "4"})
    assert answered.status_code in (200, 404)
    with tenancy.organisation(shop.organisation.pk):
        found = Response.objects.values_list("origin_key", flat=True)
        keys = [each.partition(":")[2] for each in found]
    assert len(keys) == (answered.status_code == 200)
    assert all(len(each) == 22 and each.isascii() and each.isalnum() for each in keys)


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_are_fifty_answers_and_one_form_is_one(customer, shop, monkeypatch):
    monkeypatch.setattr(crowds, "MOST_BY_NETWORK", 1000)
    forms = [form_of(customer.get(shop.address)) for _ in range(50)]

    def sender(number):
        try:
            own, one = forms[number], forms[0]
            codes = [
                Client().post(address, {**form, "score": "4"}).status_code
                for address, form in (own, one)
            ]
        finally:
            connection.close()
        return codes

    with later(), ThreadPoolExecutor(10) as pool:
        statuses = Counter(code for each in pool.map(sender, range(50)) for code in each)
    assert statuses == {303: 100}
    assert stored(shop) == [(4, "counted", "")] * 50
    with tenancy.organisation(shop.organisation.pk):
        first = Response.objects.get(origin_key__endswith=f":{forms[0][0].partition('~')[2]}")
        assert first.revisions_made == 51
        assert ResponseRevision.objects.count() == 100


def test_a_network_that_sends_too_much_waits_and_keeps_what_it_chose(customer, shop, monkeypatch):
    monkeypatch.setattr(crowds, "MOST_BY_NETWORK", 2)
    assert [send(customer, shop).status_code for _ in range(2)] == [303, 303]
    full = send(customer, shop, 7)
    assert full.status_code == 429
    assert 3500 < int(full["Retry-After"]) <= 3600
    assert "Please press Send again in 60 min." in text(full)
    address, form = form_of(full)
    assert form["score"] == "7"
    assert len(stored(shop)) == 2
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    with later():
        assert elsewhere.post(address, form).status_code == 303
    assert len(stored(shop)) == 3


def test_so_many_come_in_as_the_docs_say():
    """The tests around this one lower both numbers; these are the product's."""
    docs = Path(__file__).parents[2] / "docs" / "channels.md"
    assert "30 answers an hour from one network, 600 by one link." in docs.read_text()
    assert (crowds.MOST_BY_NETWORK, crowds.MOST_BY_LINK, crowds.HOUR) == (30, 600, 3600)


def test_a_link_that_gets_too_much_waits(shop, monkeypatch):
    monkeypatch.setattr(crowds, "MOST_BY_LINK", 2)
    codes = [send(Client(REMOTE_ADDR=f"192.0.2.{n}"), shop).status_code for n in range(3)]
    assert codes == [303, 303, 429]


def test_without_valkey_nothing_is_let_in_and_nothing_is_lost(customer, shop, settings):
    address, form = form_of(customer.get(shop.address))
    settings.CACHES = {"default": {"LOCATION": "redis://127.0.0.1:1/0"}}
    recent.forget_connection()
    with later():
        refused = customer.post(address, {**form, "score": "7"})
    assert refused.status_code == 503
    assert "Please press Send again in a minute." in text(refused)
    assert stored(shop) == []
    address, form = form_of(refused)
    assert form["score"] == "7"


@pytest.mark.parametrize(("kind", "draw"), [("svg", qr_svg), ("png", qr_png)])
def test_its_code_leads_to_it(customer, shop, settings, kind, draw):
    drawn = customer.get(f"{shop.address}/qr.{kind}")
    assert drawn.content == draw(f"http://testserver{shop.address}")
    assert customer.get(f"/l/{secrets.token_hex(13)}/qr.{kind}").status_code == 404


def test_the_address_is_short(shop):
    assert len(shop.address) < 60


def test_the_question_is_that_of_the_newest_version(customer, shop):
    with tenancy.organisation(shop.organisation.pk):
        survey = Survey.objects.get()
        survey.versions.create(
            organisation=shop.organisation,
            number=2,
            wording={"question": "How was the counter?"},
            published_at=NOW + timedelta(days=1),
        )
    assert "How was the counter?" in text(customer.get(shop.address))


@pytest.mark.parametrize(("steps", "trips"), [("open", 1), ("send", 1), ("why", 1), ("words", 1)])
def test_each_step_is_one_round_trip(customer, shop, django_assert_num_queries, steps, trips):
    address, form = form_of(customer.get(shop.address))
    with later():
        why = customer.post(address, {**form, "score": 4})["Location"]
        customer.get(why)
        acts = {
            "open": lambda: customer.get(shop.address),
            "send": lambda: customer.post(address, {**form, "score": 5}),
            "why": lambda: customer.get(why),
            "words": lambda: customer.post(why, {"comment": "x"}),
        }
        customer.post(why, {"comment": ""})  # each statement is prepared by now
        with django_assert_num_queries(trips + 1):  # one more restores the test's own organisation
            acts[steps]()
