"""Mails do not wait for webhooks: both kinds of workers, with docker-compose.yml's queues."""

import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml
from celery.contrib.testing.worker import start_worker
from django.core import mail

from cxapp.celery import app
from followup import transport
from followup.actions.delivering import AT_ONCE
from followup.models import WebhookAttempt
from kit import clock
from surveys.models import Message
from tests.builders import a_webhook_delivery, an_invitation
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
def workers():
    """As many threads, from the same queues, as the two services have processes."""
    with ExitStack() as stack:
        yield lambda: [stack.enter_context(worker(name)) for name in ("worker", "webhooks")]


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
    with world.inside():
        # Of staff's own trials the sending hours are no matter: this test runs at any hour.
        given = {"sent": False, "at": now, "is_test": True}
        an_invitation(world.organisation, world.programme, world.ada, **given)


def test_a_mail_leaves_while_every_receiver_keeps_us_waiting(workers, slow):
    receiver, let_go = slow
    world = World()
    queue(world, receiver, clock.now())
    workers()
    for _ in range(PROCESSES):
        app.send_task("followup.deliver")
    wait_for("all of them hear", lambda: len(receiver.received) == SLOW)
    app.send_task("surveys.deliver")

    def has_left():
        with world.inside():
            return Message.objects.get().state == "sent"

    wait_for("the mail leaves", has_left)
    with world.inside():
        assert WebhookAttempt.objects.count() == 0, "they all wait still"
    assert [one.to for one in mail.outbox] == [['"Ada Okafor" <ada@mail.example>']]
    let_go.set()

    def is_kept():
        with world.inside():
            return WebhookAttempt.objects.filter(status=200).count() == SLOW

    wait_for("what they answer is kept", is_kept)


def test_a_worker_that_is_told_no_queues_takes_both():
    assert set(app.amqp.queues) == {"celery", "webhooks"}
