"""Two-step sign-in: turning on and off, codes that work once, and how often one may guess."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import AuditEntry, Letter
from kit import tenancy
from kit.clock import now
from tests.console.signin.conftest import NOW, PASSWORD, sign_in


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def code_of(secret, shift=0):
    return format_hotp_value(hotp_value(secret, int(now().timestamp()) // 30 + shift))


def turn_on(client):
    """Turn two steps on as a person does and return the secret that the page showed."""
    client.post("/you/again/", {"password": PASSWORD})
    page = BeautifulSoup(client.get("/you/two-step/on/").content, "html.parser")
    secret = page.select_one("code").get_text()
    answer = client.post("/you/two-step/on/", {"code": code_of(secret)})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/you/recovery-codes/")
    return secret


@pytest.fixture
def secret(acme, browser_of, clock):
    return turn_on(browser_of(acme.maya))


def second_step(acme):
    client = Client()
    answer = sign_in(client, acme.maya.email, PASSWORD)
    assert answer.headers["Location"] == "/sign-in/code/"
    assert client.get("/you/").status_code == 302
    return client


def give(client, code):
    return client.post("/sign-in/code/", {"code": code})


def is_in(client):
    return client.get("/you/").status_code == 200


def test_turning_on_asks_for_the_password_first(acme, browser_of, clock):
    client = browser_of(acme.maya)
    answer = client.get("/you/two-step/on/")

    assert answer.headers["Location"].startswith("/you/again/?next=")
    assert (
        client.post("/you/two-step/on/", {"code": "123456"})
        .headers["Location"]
        .startswith("/you/again/")
    )
    assert Authenticator.objects.count() == 0


def test_a_wrong_code_turns_nothing_on(acme, browser_of, clock):
    client = browser_of(acme.maya)
    client.post("/you/again/", {"password": PASSWORD})
    client.get("/you/two-step/on/")
    answer = client.post("/you/two-step/on/", {"code": "000000"})

    assert "This code is wrong" in answer.content.decode()
    assert Authenticator.objects.count() == 0


def test_turning_on_is_told_and_recorded(acme, secret):
    assert Letter.objects.get().kind == "two_step_on"
    with tenancy.organisation(acme.id):
        assert AuditEntry.objects.order_by("-id")[0].action == "member.two_step_on"


def test_the_password_alone_no_longer_opens(acme, secret, clock):
    client = second_step(acme)
    clock.shift(30)

    assert give(client, code_of(secret)).headers["Location"] == "/"
    assert is_in(client)


def test_a_code_opens_once_for_everybody(acme, secret, clock):
    clock.shift(60)
    code = code_of(secret)
    assert give(second_step(acme), code).status_code == 302
    clock.shift(30)
    thief = second_step(acme)

    assert "was used already" in give(thief, code).content.decode()
    assert not is_in(thief)


def test_the_code_that_turned_it_on_opens_nothing(acme, secret):
    client = second_step(acme)
    give(client, code_of(secret))

    assert not is_in(client)


def test_a_recovery_code_opens_once(acme, secret, browser_of, clock):
    clock.shift(60)
    client = second_step(acme)
    give(client, code_of(secret))
    page = BeautifulSoup(client.get("/you/recovery-codes/").content, "html.parser")
    if not page.select("pre"):
        client.post("/you/again/", {"password": PASSWORD})
        page = BeautifulSoup(client.get("/you/recovery-codes/").content, "html.parser")
    codes = page.select_one("pre").get_text().split()
    assert len(codes) == 10

    first, second = second_step(acme), second_step(acme)
    give(first, codes[0])
    give(second, codes[0])
    assert (is_in(first), is_in(second)) == (True, False)


def test_the_sixth_guess_of_a_code_waits(acme, secret, clock):
    clock.shift(60)
    client = second_step(acme)
    for _ in range(5):
        assert "This code is wrong" in give(client, "000000").content.decode()
    answer = give(client, code_of(secret))

    assert "Too many tries" in answer.content.decode()
    clock.shift(301)
    assert give(second_step(acme), code_of(secret)).status_code == 302


def test_turning_off_asks_for_the_password_and_is_told(acme, secret, clock):
    clock.shift(60)
    client = second_step(acme)
    give(client, code_of(secret))
    assert client.get("/you/two-step/off/").headers["Location"].startswith("/you/again/")
    client.post("/you/again/", {"password": PASSWORD})
    assert client.post("/you/two-step/off/").headers["Location"] == "/you/"

    assert Authenticator.objects.count() == 0
    kinds = Letter.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["two_step_on", "two_step_off"]


def test_asking_again_counts_like_signing_in(acme, browser_of, clock):
    client = browser_of(acme.maya)
    for _ in range(5):
        assert "not your password" in client.post("/you/again/", {"password": "x"}).content.decode()

    assert "Too many" in client.post("/you/again/", {"password": PASSWORD}).content.decode()


def test_changing_the_password_is_no_place_to_guess_it(acme, browser_of, clock):
    client = browser_of(acme.maya)
    new = {"password1": "Quiet-harbour-91-lamp", "password2": "Quiet-harbour-91-lamp"}
    for _ in range(5):
        client.post("/you/password/", {"oldpassword": "x", **new})

    answer = client.post("/you/password/", {"oldpassword": PASSWORD, **new})
    assert "Too many" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/you/",
        "/you/password/",
        "/you/again/",
        "/you/again/code/",
        "/you/two-step/on/",
        "/you/two-step/off/",
        "/you/recovery-codes/",
        "/you/recovery-codes/new/",
        "/you/recovery-codes/file/",
    ],
)
def test_a_stranger_is_sent_to_sign_in(db, path):
    for send in (Client().get, Client().post):
        answer = send(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("name", ["maya", "tom", "rita", "victor", "gus"])
def test_everybody_has_a_page_about_her_own_sign_in(acme, browser_of, name):
    user = getattr(acme, name)
    page = browser_of(user).get("/you/")

    assert user.email in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
