"""The set-up: resumes by what is there, says who would be asked, and asks once."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from accounts.actions.founding import Owner, found_organisation
from accounts.models import AuditEntry, Organisation, User
from accounts.rules.actors import Actor
from kit import tenancy
from surveys.actions.deciding_waves import decide_waiting
from surveys.actions.suppressing import suppress_address
from surveys.models import (
    Customer,
    Decision,
    Invitation,
    Message,
    Programme,
    Suppression,
    Touchpoint,
    Wave,
)

TWELVE = "\n".join(f"c{number}@mail.example, Customer {number}" for number in range(12))
LIST = {"lines": TWELVE, "basis": "interest", "source": "our terms, section 4"}


class Bakery:
    """An empty organisation and its owner at the door."""

    def __init__(self, now):
        self.now = now
        owner = Owner(email="nina@bakery.example", name="Nina", password="Rye-and-47-buns")
        founded = found_organisation(
            name="Bakery", time_zone="UTC", owner=owner, actor=Actor(name="x"), now=now
        )
        self.id, self.slug = founded.organisation_id, founded.slug
        self.client = Client()
        self.client.force_login(User.objects.get())

    def inside(self):
        return tenancy.organisation(self.id)

    def url(self, name):
        return reverse(f"console:{name}", args=[self.slug])

    def post(self, name, **said):
        return self.client.post(self.url(name), said)

    def said(self, name):
        page = BeautifulSoup(self.client.get(self.url(name)).content, "html.parser")
        return " ".join(page.main.get_text(" ").split())

    def next(self):
        return self.client.get(self.url("setup")).url.split("/")[-2]

    def to_people(self):
        self.post("setup_asker", sender_name="Nina")
        self.post("setup_question", starter="help")
        return self.post("setup_people", **LIST)

    def shown(self):
        page = BeautifulSoup(self.client.get(self.url("setup_send")).content, "html.parser")
        form = page.select_one("form[action$='/all/']")
        return {each["name"]: each["value"] for each in form.select("input[type=hidden]")}


@pytest.fixture
def bakery(db, now):
    return Bakery(now)


def test_each_step_leads_on_and_a_set_up_that_was_left_goes_on_where_it_was(bakery):
    assert bakery.next() == "look"
    assert bakery.post("setup_look", accent="#a03060").url == bakery.url("setup_asker")
    assert bakery.next() == "asker"
    assert bakery.client.post(bakery.url("setup_asker"), {"sender_name": ""}).status_code == 422
    bakery.post("setup_asker", sender_name="Nina", reply_to="nina@bakery.example")
    assert bakery.next() == "question"
    assert bakery.client.get(bakery.url("setup_people")).url == bakery.url("setup_question")
    assert bakery.post("setup_question", starter="help").url == bakery.url("setup_people")
    assert bakery.next() == "people"
    assert bakery.post("setup_people", **LIST).url == bakery.url("setup_send")
    assert bakery.next() == "send"
    with bakery.inside():
        house = Organisation.objects.get()
        assert (house.accent, house.sender_name, house.reply_to) == (
            "#a03060",
            "Nina",
            "nina@bakery.example",
        )


@pytest.mark.parametrize(
    ("starter", "kind", "metric", "place"),
    [
        ("help", "transactional", "csat", ("Customer service", "service")),
        ("visit", "transactional", "csat", ("Delivery or visit", "experience")),
        ("relationship", "relational", "nps", None),
    ],
)
def test_a_beginning_makes_what_the_forms_would_make_once(bakery, starter, kind, metric, place):
    for _ in range(2):
        bakery.post("setup_question", starter=starter)

    with bakery.inside():
        made = Programme.objects.select_related("survey").get()
        assert (made.kind, made.survey.metric, made.is_on) == (kind, metric, False)
        assert list(Touchpoint.objects.values_list("name", "kind")) == ([place] if place else [])
        assert AuditEntry.objects.filter(action="programme.created").count() == 1


def test_it_says_who_is_asked_and_who_not_and_why(bakery, now):
    bakery.to_people()
    with bakery.inside():
        suppress_address(
            organisation_id=bakery.id,
            address_key="c7@mail.example",
            programme_id=None,
            reason=Suppression.Reason.OPTED_OUT,
            now=now,
        )

    words = bakery.said("setup_send")

    assert "12 people: 11 asked now, 1 not (the customer asked us to stop)" in words
    assert "Send to me first" in words
    assert "Send to 11" in words
    with bakery.inside():
        assert (Decision.objects.count(), Programme.objects.get().is_on) == (0, False)


def test_why_they_may_be_mailed_is_kept_with_each_and_undoes_no_refusal(bakery, now):
    bakery.to_people()
    with bakery.inside():
        Customer.objects.filter(email="c1@mail.example").update(
            legal_basis="refused", legal_basis_on="2999-01-01", legal_basis_source="by phone"
        )
        assert (
            Customer.objects.filter(
                legal_basis="interest", legal_basis_source="our terms, section 4"
            ).count()
            == 11
        )

    bakery.post("setup_people", **{**LIST, "basis": "consent", "source": "a form"})

    with bakery.inside():
        counts = dict.fromkeys(Customer.objects.values_list("legal_basis", flat=True), 0)
        for basis in Customer.objects.values_list("legal_basis", flat=True):
            counts[basis] += 1
        assert counts == {"consent": 11, "refused": 1}
        told = AuditEntry.objects.filter(action="customers.listed").order_by("id")
        assert [entry.after["legal_basis"] for entry in told] == ["interest", "consent"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"lines": ""}, "Paste at least one address"),
        ({"lines": "nobody"}, "Line 1: this is no e-mail address."),
        ({"lines": "\n".join(f"c{n}@mail.example" for n in range(51))}, "more than 50 lines"),
        ({"basis": ""}, "Say why"),
    ],
)
def test_a_list_that_is_wrong_is_given_back_whole(bakery, wrong, words):
    bakery.post("setup_question", starter="help")

    answer = bakery.post("setup_people", **{**LIST, **wrong})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    with bakery.inside():
        assert Customer.objects.count() == 0


def test_to_oneself_first_is_in_no_figure_and_to_all_asks_once(bakery, now):
    bakery.to_people()
    bakery.post("setup_to_me")
    assert "Nobody has been asked yet" in bakery.said("overview")
    with bakery.inside():
        assert Message.objects.get().invitation.is_test
        assert bakery.next() == "send"
    shown = bakery.shown()

    first, again = bakery.post("setup_to_all", **shown), bakery.post("setup_to_all", **shown)

    assert {first.url, again.url} == {bakery.url("setup_sent")}
    assert "nobody has answered yet" in bakery.said("overview")
    assert decide_waiting(clock=lambda: now) == 12
    with bakery.inside():
        assert (Wave.objects.count(), Programme.objects.get().is_on) == (1, True)
        assert Invitation.objects.filter(is_test=False).count() == 12
        Invitation.objects.filter(is_test=False).update(sent_at=now, sent_on=now.date())
    assert "12 handed over, 0 answered" in bakery.said("setup_sent")
    assert "nobody has answered yet" in bakery.said("overview")
    assert "score and verdict from 25" in bakery.said("setup_sent")
    assert bakery.client.get(bakery.url("setup_send")).url == bakery.url("setup_sent")


def test_a_forged_list_asks_nobody_of_another_organisation(bakery, globex, now):
    with globex.inside():
        theirs = globex.customer("Ada Okafor").pk
    bakery.to_people()

    bakery.post("setup_to_all", whom="listed", ids=str(theirs))

    assert decide_waiting(clock=lambda: now) == 0
    with bakery.inside():
        assert Wave.objects.get().customers == 0


def test_outside_the_sending_hours_it_says_when_the_mails_leave(bakery):
    bakery.to_people()
    with bakery.inside():
        Organisation.objects.update(sending_days="1234567", sending_opens=0, sending_closes=1440)
    assert "The mails leave within seconds." in bakery.said("setup_send")

    day = bakery.now.isoweekday() % 7 + 1
    with bakery.inside():
        Organisation.objects.update(sending_days=str(day), sending_opens=540, sending_closes=600)

    assert "09:00: your sending hours are" in bakery.said("setup_send")


def test_the_overview_leads_the_owner_on(bakery):
    assert "Go on with the set-up" in bakery.said("overview")
    assert "ask a list, connect your helpdesk, import past answers" in bakery.said("overview")
