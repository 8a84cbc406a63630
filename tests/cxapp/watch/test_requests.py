"""Each request has an id and one line; a walk through the product leaves no secret in any line."""

import io
import json
import logging

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from cxapp import flow
from cxapp.watch.lines import JsonLines
from cxapp.watch.requests import is_told
from events import dispatching
from events.dispatching import dispatch_due
from events.models import Event
from kit import clock, tenancy, tokens, tracing
from surveys.models import Programme
from surveys.queries.lookups import SURVEY
from tests.api.conftest import Program, a_key
from tests.builders import (
    NOW,
    a_customer,
    a_member,
    a_programme,
    a_touchpoint,
    an_invitation,
    an_organisation,
)

pytestmark = pytest.mark.django_db
EMAIL = "zephyrine.quillfeather@canary.example"


@pytest.fixture
def log(monkeypatch):
    """What an installation would have written by now, as it would have been written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [handler])
    monkeypatch.setattr(root, "level", logging.INFO)
    return stream


def lines(log):
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.fixture
def acme(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        a_programme(organisation, a_touchpoint(organisation), rest_days=0)
    return organisation


def report(organisation, key, **headers):
    body = {
        "source_id": "ticket-1",
        "touchpoint": "billing",
        "occurred_at": NOW.isoformat(),
        "customer": {"email": EMAIL, "name": "Zephyrine"},
    }
    return Program(key.text, Client(headers=headers)).post("/interactions", body)


def test_an_id_that_came_along_is_answered_and_stands_on_the_line_and_the_event(acme, log):
    key = a_key(acme)
    made = report(acme, key, x_request_id="edge-0af76519")
    assert made.headers["X-Request-ID"] == "edge-0af76519"
    (line,) = lines(log)
    assert line.pop("ms") >= 0
    assert line.pop("at")
    assert line == {
        "level": "info", "logger": "cxapp.requests", "event": "request",
        "request_id": "edge-0af76519", "organisation": acme.pk, "key": key.key.pk,
        "method": "POST", "route": "api/v1/interactions", "status": 201,
    }  # fmt: skip
    with tenancy.organisation(acme.pk):
        assert list(Event.objects.values_list("kind", "request_id")) == [
            ("interaction.recorded", "edge-0af76519")
        ]


@pytest.mark.parametrize(
    ("route", "status", "told"),
    [
        ("s/<str:token>", 200, False),
        ("s/<str:token>/why", 302, False),
        ("s/<str:token>", 404, True),
        ("healthz", 200, False),
        ("healthz", 503, True),
        ("o/<slug:slug>/", 200, True),
        ("nowhere", 404, True),
    ],
)
def test_customers_who_get_on_leave_no_line(route, status, told):
    assert is_told(route, status) is told


def test_an_id_of_ours_is_new_for_each_request(client):
    first, second = (client.get("/healthz/live").headers["X-Request-ID"] for _ in range(2))
    assert len(first) == len(second) == 32
    assert first != second


def test_no_request_leaves_its_facts_to_the_next(client):
    client.get("/sign-in/")
    assert tracing.facts() == {}


def test_what_a_worker_does_for_a_request_carries_its_id(acme, log):
    flow.wire()
    report(acme, a_key(acme), x_request_id="edge-0af76519")
    tracing.begin("task-0001", task="events.dispatch")
    while dispatch_due(now=NOW):
        pass
    tracing.end()
    with tenancy.organisation(acme.pk):
        made = Event.objects.exclude(kind="interaction.recorded")
        assert {one.request_id for one in made} == {"edge-0af76519"}


def test_a_reaction_that_fails_names_the_request_and_not_the_person(acme, log, monkeypatch):
    flow.wire()

    def fail(*_):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / length(%s) - %s::int", [EMAIL, EMAIL])

    monkeypatch.setitem(dispatching._reactions, "consider inviting", fail)
    report(acme, a_key(acme), x_request_id="edge-0af76519")
    tracing.begin("task-0001", task="events.dispatch")
    dispatch_due(now=NOW)
    tracing.end()
    (failed,) = [line for line in lines(log) if line["logger"] == "events.dispatching"]
    assert (failed["level"], failed["request_id"]) == ("error", "edge-0af76519")
    assert "Traceback" in failed["failure"]
    assert "[address]" in failed["failure"]
    assert "canary" not in log.getvalue().lower()


def test_a_walk_through_the_product_leaves_no_secret_in_any_line(acme, log, monkeypatch):
    key = a_key(acme)
    report(acme, key)
    with tenancy.organisation(acme.pk):
        her = a_customer(acme, email=EMAIL)
        invitation = an_invitation(acme, Programme.objects.get(), her)
    token = tokens.sign(SURVEY, invitation.pk)
    member = a_member(acme, "owner").user
    browser = Client(raise_request_exception=False)
    for path in ("", "/why", "/thanks", "/nowhere", "/qr.svg"):
        browser.get(f"/s/{token}{path}")
    browser.post(f"/s/{token}", {"score": "4"}, headers={"host": "evil.example"})
    browser.get(f"/u/{token}")
    browser.get(f"/join/{token}/")
    browser.get(f"/o/{acme.slug}/customers?q={EMAIL}")
    browser.post("/sign-in/", {"login": EMAIL, "password": "hunter2hunter2"})
    browser.get("/api/v1/customers", headers={"authorization": f"Bearer {key.text}x"})
    browser.get(
        f"/api/v1/interactions?source_id={EMAIL}", headers={"authorization": f"Bearer {key.text}"}
    )
    browser.force_login(member)
    browser.get(f"/o/{acme.slug}/customers?q={EMAIL}")
    break_pages(monkeypatch)
    browser.get(f"/o/{acme.slug}/")
    browser.get(f"/s/{token}")

    text = log.getvalue()
    canaries = [token, key.text, "canary", "quillfeather", "hunter2", member.email]
    assert [one for one in canaries if one.lower() in text.lower()] == []
    told = lines(log)
    assert {line["route"] for line in told if "route" in line} >= {
        "s/<str:token>", "nowhere", "join/<str:token>/", "api/v1/interactions",
    }  # fmt: skip
    assert [line for line in told if "failure" in line]


def break_pages(monkeypatch):
    """From here on every query fails, and quotes what PostgreSQL would quote."""

    def broken(*_, **__):
        raise IntegrityError(f"duplicate key\nDETAIL:  Key (email)=({EMAIL}) already exists.")

    monkeypatch.setattr("console.door.belongings", broken)
    monkeypatch.setattr("respond.answering.asked", broken)
