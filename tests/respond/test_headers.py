"""Every answer of the respondent's door, whatever is asked how: sealed headers, and no cookie.

The addresses are walked as `respond.urls` lists them: a new one is asked in every way here or
turns this red, nobody need remember it.
"""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError
from django.db.backends.utils import CursorWrapper
from django.test import Client

from kit import clock, tenancy
from kit.tokens import sign
from respond import urls
from surveys.actions.answering_openly import record_open_score
from surveys.models import PublicLink
from surveys.queries.lookups import ANSWER, PUBLIC_LINK
from surveys.queries.previews import preview_token
from surveys.rules.doubts import Signs
from tests.builders import NOW
from tests.respond.test_answering import answer, later

pytestmark = pytest.mark.django_db

ROUTES = [str(entry.pattern) for entry in urls.urlpatterns]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]
FORM = "application/x-www-form-urlencoded"
BODIES = {
    "nothing": ("", FORM),
    "a score": ("score=4&act=stop&comment=Slow.", FORM),
    "no score": ("score=12", FORM),
    "no text": ("score=%ff&comment=%ff", FORM),
    "no form": ("--", "multipart/form-data"),
    "too much": ("comment=" + "x" * 1_100_000, FORM),
    "too many fields": ("&".join(f"f{n}=1" for n in range(1001)), FORM),
}
SEALED = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}
# Of what a mail may look like in the editor's frame: a sandbox where nothing runs.
OF_A_PREVIEWED_MAIL = "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"


@pytest.fixture
def addresses(asked):
    """Every address of the door with a good token of its kind, as the table of addresses says."""
    survey = asked.invitation.survey_version.survey_id
    previewed = preview_token(
        organisation_id=asked.organisation.pk, survey_id=survey, version=1, now=clock.now()
    )
    tokens = {
        "s": asked.token,
        "l": opened_for(asked),
        "u": asked.stop.removeprefix("/u/"),
        "p": previewed,
    }
    made = {route: "/" + route.replace("<str:token>", tokens[route[0]]) for route in ROUTES}
    assert not [address for address in made.values() if "<" in address]
    return made


def opened_for(asked):
    """A public link of the same programme, and an answer that came by it."""
    with tenancy.organisation(asked.organisation.pk):
        link = PublicLink.objects.create(
            organisation=asked.organisation,
            programme=asked.invitation.programme,
            name="Receipts",
            created_at=NOW,
            created_by="maya@acme.example",
        )
    receipt = record_open_score(
        link_id=link.pk, form="a" * 22, score=4, signs=Signs(), now=clock.now()
    )
    return f"{sign(PUBLIC_LINK, link.pk)}~{sign(ANSWER, receipt.response_id)}"


def check(route, response, told):
    got = {name: response.get(name) for name in SEALED}
    assert got == SEALED, told
    policy = response["Content-Security-Policy"]
    if not (route.endswith("/mail") and policy.startswith(OF_A_PREVIEWED_MAIL)):
        assert policy.startswith("default-src 'none'; style-src 'self' 'sha256-"), told
        assert "unsafe" not in policy, told
    assert "script" not in policy, told
    assert "http" not in policy, told
    is_framed = route[0] == "p" or route.endswith("/mail")
    frames = ("DENY", "SAMEORIGIN") if is_framed else ("DENY",)
    assert response["X-Frame-Options"] in frames, told
    assert not response.cookies, told
    for name in ("Set-Cookie", "Vary", "Last-Modified", "ETag", "Expires"):
        assert name not in response.headers, (name, told)


def walk(customer, made, *, bodies=("nothing",), methods=METHODS, host="testserver"):
    """Ask every address in every way; returns the statuses that came."""
    statuses = set()
    for route, address in made.items():
        for method in methods:
            for name in bodies if method in ("POST", "PUT", "PATCH") else ["nothing"]:
                body, kind = BODIES[name]
                told = (method, route, name)
                response = customer.generic(method, address, body, kind, headers={"host": host})
                check(route, response, (*told, response.status_code))
                statuses.add(response.status_code)
    return statuses


def test_every_address_asked_in_every_way(customer, addresses):
    # 500 and 503 have a test of their own; these are all others that a customer may meet.
    with later():
        statuses = walk(customer, addresses, bodies=BODIES)
    assert statuses == {200, 303, 400, 404, 405, 413}


@pytest.mark.parametrize("wrong", ["x", "0" * 30, "%00", "é", "~de~dark", "../../admin", ""])
def test_addresses_that_lead_nowhere(customer, wrong):
    made = {route: "/" + route.replace("<str:token>", wrong) for route in ROUTES}
    others = {letter: f"/{letter}/{wrong}/no/such/page" for letter in "slup"}
    assert walk(customer, made | others, bodies=["a score", "no form"]) <= {200, 303, 400, 404, 405}


def test_links_that_expired_or_were_used(customer, asked, addresses):
    with later(10):
        customer.post(answer(customer, asked)["Location"], {"comment": ""})
    for days in (1, 40):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            assert walk(customer, addresses, bodies=["a score"]) <= {200, 303, 400, 404, 405}


@pytest.mark.parametrize(("error", "status"), [(DatabaseError, 503), (ZeroDivisionError, 500)])
def test_failures(customer, addresses, monkeypatch, error, status):
    def fails(*positional, **named):
        raise error

    monkeypatch.setattr(CursorWrapper, "execute", fails)
    statuses = walk(customer, addresses, bodies=["a score", "too much"])
    assert status in statuses
    assert statuses <= {status, 200, 303, 404, 405, 413}


def test_a_foreign_host(customer, addresses, asked, caplog):
    caplog.set_level("DEBUG")
    assert walk(customer, addresses, methods=["GET", "POST"], host="evil.example") == {400}
    assert asked.token not in caplog.text


def test_no_cookie_is_answered_with_one(addresses):
    """Somebody who is signed in to the console opens a survey in the same browser."""
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages")
    known = Client(enforce_csrf_checks=True)
    known.cookies.load(dict.fromkeys(names, "x" * 32))
    for response in (known.get(address) for address in addresses.values()):
        assert not response.cookies
