"""`/healthz` says which part fails and what waits; live and ready are asked of less."""

import socket
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from cxapp import health
from cxapp.watch import backlog, parts
from events.models import Delivery, Event
from kit import clock, tenancy
from surveys.models import Message
from tests.builders import a_customer, a_programme, an_invitation, an_organisation

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-twenty-eight-chars"
BEARER = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}
STATES = {"database": "ok", "broker": "ok", "mails": "ok", "answers": "ok", "events": "ok"}


@pytest.fixture(autouse=True)
def asked_here(monkeypatch):
    """Ask in the test's own thread: another one would not see what the test has written."""
    monkeypatch.setattr(parts, "start", lambda work: work())
    health.DATABASE.forget()
    health.BROKER.forget()


@pytest.fixture
def silent_port():
    """A server as it looks when it is frozen: the kernel takes the call, nobody answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.fixture
def message():
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        programme = a_programme(organisation)
        an_invitation(organisation, programme, a_customer(organisation), sent=False)
        return Message.objects.get()


def wait(message, **ago):
    with tenancy.organisation(message.organisation_id):
        Message.objects.update(due_at=clock.now() - timedelta(**ago))


def owe(reaction, **ago):
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        event = Event.objects.create(
            organisation_id=organisation.pk,
            kind="response.received",
            at=clock.now() - timedelta(**ago),
        )
        Delivery.objects.create(
            organisation_id=organisation.pk,
            event=event,
            reaction=reaction,
            # It failed and is tried again later: it waits since it happened all the same.
            due_at=clock.now() + timedelta(hours=1),
        )


def test_all_is_well_when_nothing_waits(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", **STATES})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(("seconds", "status", "state"), [(200, 200, "ok"), (400, 503, "late")])
def test_a_mail_that_waits_too_long_turns_it_red(client, message, seconds, status, state):
    wait(message, seconds=seconds)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["mails"]) == (status, state)


def test_a_mail_that_is_not_due_yet_is_no_reason(client, message, settings):
    settings.METRICS_TOKEN = TOKEN
    wait(message, seconds=-3600)
    assert client.get("/healthz", **BEARER).json()["oldest_mail_seconds"] is None


@pytest.mark.parametrize(
    ("reaction", "late"),
    [("count answers", ["answers", "events"]), ("plan reminders", ["events"])],
)
def test_an_answer_that_nobody_counts_turns_it_red(client, reaction, late):
    owe(reaction, seconds=400)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert [name for name, state in answer.json().items() if state == "late"] == late


def test_how_long_things_wait_is_told_to_whoever_may_read_the_metrics(client, message, settings):
    settings.METRICS_TOKEN = TOKEN
    wait(message, seconds=90)
    owe("count answers", seconds=30)
    told = client.get("/healthz", **BEARER).json()
    assert told["oldest_mail_seconds"] == pytest.approx(90, abs=60)
    assert told["oldest_answer_seconds"] == pytest.approx(30, abs=60)
    assert told["oldest_event_seconds"] == told["oldest_answer_seconds"]
    for other in ({}, {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}x"}, {"HTTP_AUTHORIZATION": "Bearer"}):
        assert client.get("/healthz", **other).json() == {"status": "ok", **STATES}


def test_a_missing_broker_turns_it_red_and_keeps_the_web_servers(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["broker"]) == (503, "unreachable")
    assert client.get("/healthz/ready").status_code == 200
    assert client.get("/healthz/live").status_code == 200


def test_a_frozen_broker_is_answered_for_in_time(client, settings, silent_port):
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{silent_port}/0"
    begun = time.monotonic()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["broker"]) == (503, "no answer")
    assert time.monotonic() - begun < 5  # its own limit is a second


def test_a_missing_database_is_not_ready_and_alive(client, monkeypatch):
    def lost(**_):
        raise OperationalError("server closed the connection at 10.0.0.7, password s3cret")

    monkeypatch.setattr(health, "backlog", lost)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {
        "status": "failing", "database": "unreachable", "broker": "ok",
        "mails": "unknown", "answers": "unknown", "events": "unknown",
    })  # fmt: skip
    ready = client.get("/healthz/ready")
    assert (ready.status_code, ready.json()) == (
        503,
        {"status": "failing", "database": "unreachable"},
    )
    assert client.get("/healthz/live").json() == {"status": "ok"}


def test_the_server_gives_up_what_takes_it_too_long(monkeypatch):
    monkeypatch.setattr(backlog, "LONGEST_ASKED", 1)

    def sleep():
        with tenancy.system("handover"), connection.cursor() as cursor:
            backlog.hurry()
            cursor.execute("SELECT pg_sleep(20)")

    with pytest.raises(OperationalError, match="statement timeout"):
        sleep()


@pytest.mark.parametrize("path", ["/healthz", "/healthz/live", "/healthz/ready"])
def test_only_reading_is_answered(client, path):
    assert client.post(path).status_code == 405
