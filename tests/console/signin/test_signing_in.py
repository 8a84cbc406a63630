"""Signing in: who gets in, who has to wait, and what a stranger can learn (D-32)."""

import os
import statistics
import time

import pytest
import time_machine
from allauth.account.auth_backends import AuthenticationBackend
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import User
from tests.console.signin.conftest import NOW, PASSWORD, sign_in
from tests.elsewhere import ELSEWHERE


def words(answer):
    """The page as a person reads it, without the token of the form and the key of the style."""
    page = BeautifulSoup(answer.content, "html.parser")
    for field in page.select("input[name=csrfmiddlewaretoken], style"):
        field.decompose()
    return str(page)


def error(answer):
    alert = BeautifulSoup(answer.content, "html.parser").select_one("[role=alert]")
    return alert and alert.get_text(strip=True)


def test_the_landing_page_leads_to_sign_in_and_back(acme, client):
    assert client.get("/").headers["Location"] == "/sign-in/"

    answer = sign_in(client, " Maya@Acme.example ", PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/").headers["Location"] == "/o/acme-mobile/"


def test_one_comes_back_to_where_one_wanted_to_go(acme, client):
    answer = client.post(
        "/sign-in/?next=/o/acme-mobile/customers/",
        {
            "login": acme.maya.email,
            "password": PASSWORD,
            "next": "/o/acme-mobile/customers/",
        },
    )

    assert answer.headers["Location"] == "/o/acme-mobile/customers/"


def test_nobody_is_led_astray(acme, client):
    led = {}
    for target in ELSEWHERE:
        data = {"login": acme.maya.email, "password": PASSWORD, "next": target}
        led[target] = client.post("/sign-in/", data).headers["Location"]
        client.logout()
    assert len(led) == 30
    assert led == dict.fromkeys(ELSEWHERE, "/")


def test_nobody_can_sign_up(client, db):
    for address in ("/sign-up/", "/signup/", "/accounts/signup/"):
        assert client.get(address).status_code == 404
    assert User.objects.count() == 0


def test_known_and_unknown_read_the_same(acme, client):
    known = sign_in(client, "maya@acme.example", "wrong")
    unknown = sign_in(client, "nobody@acme.example", "wrong")

    assert known.status_code == unknown.status_code == 200
    assert words(known).replace("maya", "X") == words(unknown).replace("nobody", "X")
    assert error(known) == "This address and this password do not belong together."
    assert known.headers.keys() == unknown.headers.keys()


def difference(emails, tries):
    """Medians of the work done for two addresses, in milliseconds, taken in turns.

    Work of this thread and not time on the wall: the neighbours of a test are not its subject.
    """
    took = {email: [] for email in emails}
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(tries):
            for email, times in took.items():
                clock.shift(301)
                begun = time.thread_time_ns()
                assert sign_in(Client(), email, "wrong").status_code == 200
                times.append((time.thread_time_ns() - begun) / 1e6)
    return abs(statistics.median(took[emails[0]]) - statistics.median(took[emails[1]]))


def test_known_and_unknown_take_equally_long(acme):
    tries = 300 if os.environ.get("FULL") else 40
    assert difference(["maya@acme.example", "nobody@acme.example"], tries=tries) < 5


def test_without_the_same_work_for_strangers_the_difference_would_show(acme, monkeypatch):
    monkeypatch.setattr(AuthenticationBackend, "_mitigate_timing_attack", lambda *given: None)

    assert difference(["maya@acme.example", "nobody@acme.example"], tries=15) > 5


@pytest.mark.parametrize("email", ["maya@acme.example", "nobody@acme.example"])
def test_the_sixth_try_in_five_minutes_waits_even_with_the_password(acme, client, email):
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            assert "do not belong together" in error(sign_in(client, email, "wrong"))
            clock.shift(1)
        blocked = sign_in(client, email, PASSWORD)

    assert blocked.status_code == 200
    assert error(blocked) == "Too many tries. Please wait five minutes and try again."


def test_others_get_in_meanwhile_and_she_after_five_minutes(acme, client):
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(6):
            sign_in(client, acme.maya.email, "wrong")
        assert sign_in(Client(), acme.tom.email, PASSWORD).status_code == 302
        clock.shift(299)
        assert sign_in(Client(), acme.maya.email, PASSWORD).status_code == 200
        clock.shift(2)
        assert sign_in(Client(), acme.maya.email, PASSWORD).status_code == 302


def test_spelling_the_address_differently_is_no_way_around(acme, client):
    for spelling in ("maya@acme.example", "MAYA@acme.example", " maya@ACME.example ") * 2:
        sign_in(client, spelling, "wrong")

    assert "Too many" in error(sign_in(client, acme.maya.email, PASSWORD))


def test_one_network_cannot_try_everybody(acme, client):
    tried = [sign_in(client, f"person{n}@acme.example", "wrong") for n in range(51)]
    told = ["Too many" in error(answer) for answer in tried]

    assert told == [False] * 50 + [True]
    elsewhere = sign_in(Client(), acme.maya.email, PASSWORD, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 302


def test_a_made_up_header_is_no_other_network(acme, client, settings):
    told = [
        error(sign_in(client, f"p{n}@acme.example", "x", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}"))
        for n in range(51)
    ]
    assert "Too many" in told[-1]

    settings.TRUSTED_PROXIES = 1
    behind = {"HTTP_X_FORWARDED_FOR": "127.0.0.1, 203.0.113.99"}
    assert sign_in(Client(), acme.maya.email, PASSWORD, **behind).status_code == 302


def test_somebody_whose_sign_in_is_closed_stays_outside(acme, client):
    User.objects.filter(pk=acme.maya.pk).update(is_active=False)

    assert sign_in(client, acme.maya.email, PASSWORD).headers["Location"] == "/sign-in/closed/"
    assert "is closed" in client.get("/sign-in/closed/").content.decode()
    assert client.get("/").headers["Location"] == "/sign-in/"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("", ""),
        ("maya@acme.example", ""),
        ("maya\x00@acme.example", "x"),
        ("maya@acme.example", "\x00"),
        ("m" * 5000 + "@acme.example", "x"),
        ("maya@acme.example", "x" * 100_000),
        ("maya@acme.example\r\nBcc: x@y.example", "x"),
        (
            "\u202emaya@acme.example",
            "\U0001f600",
        ),
    ],
)
def test_bad_input_is_answered_with_the_form(acme, client, login, password):
    answer = sign_in(client, login, password)

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_somebody_in_no_organisation_is_told_so(db, client):
    User.objects.create_user("new@acme.example", PASSWORD)
    sign_in(client, "new@acme.example", PASSWORD)
    answer = client.get("/")

    assert answer.status_code == 200
    assert "You belong to no organisation" in answer.content.decode()


def test_the_last_organisation_is_remembered_while_one_belongs_to_it(acme, browser_of):
    client = browser_of(acme.maya)
    for remembered, leads_to in [("globex", "acme-mobile"), ("acme-mobile", "acme-mobile")]:
        session = client.session
        session["organisation"] = remembered
        session.save()
        assert client.get("/").headers["Location"] == f"/o/{leads_to}/"


@pytest.mark.parametrize("path", ["/sign-in/", "/password/forgotten/", "/", "/sign-out/"])
def test_pages_of_sign_in_are_kept_by_no_cache(acme, client, path):
    assert "no-store" in client.get(path).headers["Cache-Control"]
