"""A forgotten password: a link by mail, once, for an hour; nothing for a stranger to learn."""

import re

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from bs4 import BeautifulSoup
from django.test import Client

from accounts.channels.letters import written
from accounts.models import AuditEntry, Letter, User
from kit import tenancy
from kit.clock import now
from tests.console.signin.conftest import NOW, PASSWORD, sign_in

NEW = "Quiet-harbour-91-lamp"


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def ask(client, email):
    return client.post("/password/forgotten/", {"email": email})


def mailed_link():

    return re.search(
        r"http://localhost:8000(/password/new/\S+/)", written(Letter.objects.get(), now()).text
    )[1]


def open_link(client, link):
    answer = client.get(link, follow=True)
    return answer.redirect_chain[-1][0] if answer.redirect_chain else None


def choose(client, address, password=NEW):
    return client.post(address, {"password1": password, "password2": password})


def test_the_link_sets_a_new_password_once(acme, client, clock):
    assert ask(client, " MAYA@acme.example").headers["Location"] == "/password/sent/"
    link = mailed_link()
    address = open_link(client, link)
    assert address.endswith("-set-password/")
    assert choose(client, address).headers["Location"] == "/password/set/"

    assert sign_in(Client(), acme.maya.email, PASSWORD).status_code == 200
    assert sign_in(Client(), acme.maya.email, NEW).status_code == 302
    again = Client().get(link)
    assert "This link no longer works" in again.content.decode()


def test_known_and_unknown_read_the_same(acme, clock):
    answers = [ask(Client(), email) for email in ("maya@acme.example", "nobody@acme.example")]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert answers[0].content == answers[1].content
    assert [letter.to for letter in Letter.objects.all()] == ["maya@acme.example"]


def test_the_link_ends_after_an_hour(acme, client, clock):
    ask(client, acme.maya.email)
    link = mailed_link()
    clock.shift(3601)

    assert "This link no longer works" in client.get(link).content.decode()


def test_the_link_ends_with_the_next_sign_in(acme, client, clock):
    ask(client, acme.maya.email)
    link = mailed_link()
    clock.shift(60)
    sign_in(Client(), acme.maya.email, PASSWORD)

    assert "This link no longer works" in client.get(link).content.decode()


@pytest.mark.parametrize("link", ["/password/new/1-x/", "/password/new/zzzzzzzzzzzzzzzzz-a-b/"])
def test_a_forged_link_opens_nothing(acme, client, link):
    answer = client.get(link)

    assert answer.status_code == 200
    assert "This link no longer works" in answer.content.decode()


def test_the_second_step_stays(acme, client, clock):
    TOTP.activate(acme.maya, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    ask(client, acme.maya.email)
    choose(client, open_link(client, mailed_link()))

    assert client.get("/you/").status_code == 302
    assert sign_in(client, acme.maya.email, NEW).headers["Location"] == "/sign-in/code/"


def test_sessions_end_and_the_person_is_told(acme, client, clock, browser_of):
    elsewhere = browser_of(acme.maya)
    clock.shift(1)
    ask(client, acme.maya.email)
    choose(client, open_link(client, mailed_link()))

    assert elsewhere.get("/you/").status_code == 302
    kinds = Letter.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["password_reset_link", "password_reset"]
    with tenancy.organisation(acme.id):
        entries = AuditEntry.objects.filter(action="member.password_reset")
        assert [entry.user_id for entry in entries] == [acme.maya.pk]


def test_a_reset_lets_one_in_who_had_to_wait(acme, client, clock):
    for _ in range(6):
        sign_in(Client(), acme.maya.email, "wrong")
    ask(client, acme.maya.email)
    choose(client, open_link(client, mailed_link()))

    assert sign_in(Client(), acme.maya.email, NEW).status_code == 302


def test_a_weak_password_is_refused_with_the_reason(acme, client, clock):
    ask(client, acme.maya.email)
    address = open_link(client, mailed_link())
    answer = choose(client, address, "password12")

    page = BeautifulSoup(answer.content, "html.parser")
    assert "too common" in page.select_one(".invalid-feedback").get_text()
    assert User.objects.get(pk=acme.maya.pk).check_password(PASSWORD)


def test_nobody_fills_another_persons_mailbox(acme, clock):
    for _ in range(4):
        assert ask(Client(), acme.maya.email).status_code == 302

    assert Letter.objects.count() == 1


@pytest.mark.parametrize("email", ["maya@acme.example", "nobody@acme.example"])
def test_asking_is_limited(acme, clock, email):
    for _ in range(5):
        assert ask(Client(), email).status_code == 302
    answer = ask(Client(), email)

    assert answer.status_code == 200
    assert "Too many tries" in answer.content.decode()
