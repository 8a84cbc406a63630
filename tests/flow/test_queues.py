"""Mails wait neither for webhooks nor for files: workers with docker-compose.yml's queues."""

import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml
from celery.contrib.testing.worker import start_worker
from django.core import mail

from cxapp.celery import app
from events.kinds import Kind
from events.publishing import publish
from followup import transport
from followup.actions.delivering import AT_ONCE
from followup.models import WebhookAttempt
from kit import clock
from metrics.models import CountedAnswer
from reports.actions import making
from reports.models import ExportJob
from surveys.actions import bringing
from surveys.models import Import, Message
from tests.builders import (
    a_response,
    a_webhook_delivery,
    an_export,
    an_import,
    an_invitation,
)
from tests.followup.conftest import World
from tests.receiver import receiving

ROOT = Path(__file__).resolve().parents[2]
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PROCESSES = 2  # of each service
# More than one wake-up takes up, so that a second one has something to wait for as well.
SLOW = AT_ONCE + 2

pytestmark = pytest.mark.django_db(transaction=True)


def wait_for(what, condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.02)


@pytest.fixture
def slow(settings, monkeypatch):
    """A receiver that has heard and does not answer until somebody lets it."""
    let_go = threading.Event()
    # Nobody's patience ends before the test does.
    monkeypatch.setattr(transport, "TIMEOUT", 120.0)
    monkeypatch.setattr(transport, "PATIENCE", 120.0)
    with receiving() as receiver:
        take = receiver.take

        def hold(request):
            answer = take(request)
            let_go.wait(60)
            return answer

        receiver.take = hold
        settings.WEBHOOK_NETWORKS = (receiver.network,)
        yield receiver, let_go
        let_go.set()


@pytest.fixture
def held(monkeypatch):
    """A worker that has begun a file, either way, holds it until somebody lets it go on."""
    let_go, begun = threading.Event(), set()

    def hold(point):
        if point in ("export.claimed", "import.claimed"):
            begun.add(point)
            let_go.wait(60)

    monkeypatch.setattr(making, "failpoint", hold)
    monkeypatch.setattr(bringing, "failpoint", hold)
    yield begun, let_go
    let_go.set()


@pytest.fixture
def workers():
    """As many threads, from the same queues, as these services have processes."""
    with ExitStack() as stack:
        yield lambda *names: [stack.enter_context(worker(name)) for name in names]


def worker(service):
    command = SERVICES[service]["command"]
    queues, count = (command[command.index(name) + 1] for name in ("--queues", "--concurrency"))
    assert int(count) == PROCESSES
    return start_worker(
        app, pool="threads", concurrency=PROCESSES, queues=queues, perform_ping_check=False
    )


def queue(world, receiver, now):
    """One thing that is due for each of many addresses, and one mail."""
    for number in range(SLOW):
        endpoint, _ = world.endpoint(receiver.url, name=f"Slow {number}")
        with world.inside():
            a_webhook_delivery(endpoint, state="waiting", attempts=0, finished_at=None, due_at=now)
    queue_mail(world, now)


def queue_mail(world, now):
    with world.inside():
        # Of staff's own trials the sending hours are no matter: this test runs at any hour.
        given = {"sent": False, "at": now, "is_test": True}
        an_invitation(world.organisation, world.programme, world.ada, **given)


def has_left(world):
    with world.inside():
        return Message.objects.get().state == "sent"


def test_a_mail_leaves_while_every_receiver_keeps_us_waiting(workers, slow):
    receiver, let_go = slow
    world = World()
    queue(world, receiver, clock.now())
    workers("worker", "webhooks")
    for _ in range(PROCESSES):
        app.send_task("followup.deliver")
    wait_for("all of them hear", lambda: len(receiver.received) == SLOW)
    app.send_task("surveys.deliver")
    wait_for("the mail leaves", lambda: has_left(world))
    with world.inside():
        assert WebhookAttempt.objects.count() == 0, "they all wait still"
    assert [one.to for one in mail.outbox] == [['"Ada Okafor" <ada@mail.example>']]
    let_go.set()

    def is_kept():
        with world.inside():
            return WebhookAttempt.objects.filter(status=200).count() == SLOW

    wait_for("what they answer is kept", is_kept)


def test_mails_leave_and_answers_count_while_files_are_made_and_come_in(workers, held):
    begun, let_go = held
    world, now = World(), clock.now()
    queue_mail(world, now)
    with world.inside():
        answer = a_response(world.organisation, world.programme, 4, customer=world.ada)
        publish(
            organisation_id=world.organisation.pk,
            kind=Kind.RESPONSE_RECEIVED,
            now=now,
            response=answer.pk,
        )
        asked = {"from": "2026-05-01", "to": "2026-05-31", "today": "2026-05-12"}
        an_export(world.organisation, state="waiting", asked=asked)
        an_import({"organisation": world.organisation}, state="running", handled=0)
    workers("worker", "files")
    # As many as keep both processes of either service busy, were they of one queue.
    for name in ("reports.make", "surveys.bring"):
        app.send_task(name)
    wait_for("both are begun", lambda: begun == {"export.claimed", "import.claimed"})
    app.send_task("surveys.deliver")
    app.send_task("events.dispatch")
    wait_for("the mail leaves", lambda: has_left(world))

    def is_counted():
        with world.inside():
            return CountedAnswer.objects.count() == 1

    wait_for("the answer counts", is_counted)
    with world.inside():
        assert ExportJob.objects.get().state == "waiting"
        assert Import.objects.get().state == "running"
    let_go.set()

    def are_done():
        with world.inside():
            return (ExportJob.objects.get().state, Import.objects.get().state) == ("ready", "done")

    wait_for("both go on", are_done)


def test_a_worker_that_is_told_no_queues_takes_all():
    assert set(app.amqp.queues) == {"celery", "webhooks", "files"}
