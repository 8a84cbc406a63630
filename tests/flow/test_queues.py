"""Mails wait neither for webhooks nor for files: workers with docker-compose.yml's queues."""

import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from celery.contrib.testing.worker import start_worker
from django.core import mail

from cxapp.celery import app
from events.kinds import Kind
from events.publishing import publish
from followup.models import WebhookAttempt
from kit import clock
from metrics.models import CountedAnswer
from reports.models import ExportJob
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
SLOW = {"followup.deliver": "webhooks", "reports.make": "files", "surveys.bring": "files"}

pytestmark = pytest.mark.django_db(transaction=True)


def wait_for(what, condition, *wakes, seconds=60):
    """Wake up again and again, as beat does: one may come while somebody holds the journal."""
    until, again = time.monotonic() + seconds, 0.0
    while not condition():
        assert time.monotonic() < until, what
        if time.monotonic() > again:
            again = time.monotonic() + 1
            for name in wakes:
                app.send_task(name)
        time.sleep(0.02)


@contextmanager
def service(name):
    """As many threads, from the same queues, as this service has processes.

    One service after the other: two workers in one process would share what reads their queues.
    """
    command = SERVICES[name]["command"]
    queues, count = (command[command.index(each) + 1] for each in ("--queues", "--concurrency"))
    assert int(count) == PROCESSES
    given = {"pool": "threads", "concurrency": PROCESSES, "queues": queues}
    with start_worker(app, perform_ping_check=False, shutdown_timeout=60.0, **given):
        yield


@pytest.fixture
def receiver(settings):
    with receiving() as receiver:
        settings.WEBHOOK_NETWORKS = (receiver.network,)
        yield receiver


@pytest.fixture
def world(receiver):
    """A mail, an answer, a webhook and two files, all of them due."""
    world, now = World(), clock.now()
    endpoint, _ = world.endpoint(receiver.url)
    with world.inside():
        # Of staff's own trials the sending hours are no matter: this test runs at any hour.
        given = {"sent": False, "at": now, "is_test": True}
        an_invitation(world.organisation, world.programme, world.ada, **given)
        a_webhook_delivery(endpoint, state="waiting", attempts=0, finished_at=None, due_at=now)
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
    return world


@pytest.fixture(autouse=True)
def nothing_waits():
    """What another test woke up and nobody heard."""
    with app.connection_for_write() as connection:
        connection.default_channel.client.delete("celery", "webhooks", "files")


def waiting(queue):
    """How many wake-ups nobody has taken up yet."""
    with app.connection_for_read() as connection:
        return connection.default_channel.client.llen(queue)


def test_mails_leave_and_answers_count_while_webhooks_and_files_wait(world):
    # As many as would keep both processes of the first service busy, were they of its queue.
    for name in SLOW:
        for _ in range(PROCESSES):
            app.send_task(name)

    def has_left():
        with world.inside():
            return Message.objects.get().state == "sent"

    def is_counted():
        with world.inside():
            return CountedAnswer.objects.count() == 1

    def is_kept():
        with world.inside():
            return WebhookAttempt.objects.filter(status=200).exists()

    def are_done():
        with world.inside():
            return (ExportJob.objects.get().state, Import.objects.get().state) == ("ready", "done")

    with service("worker"):
        wait_for("the mail leaves", has_left, "surveys.deliver")
        wait_for("the answer counts", is_counted, "events.dispatch")
    assert [one.to for one in mail.outbox] == [['"Ada Okafor" <ada@mail.example>']]
    assert waiting("webhooks") >= PROCESSES
    assert waiting("files") >= 2 * PROCESSES
    assert not is_kept()
    assert not are_done()
    with service("webhooks"):
        wait_for("what the receiver answers is kept", is_kept, "followup.deliver")
    assert waiting("files") >= 2 * PROCESSES
    with service("files"):
        wait_for("both files are done", are_done, "reports.make", "surveys.bring")


def test_each_slow_task_has_its_queue():
    routes = {name: app.amqp.router.route({}, name)["queue"].name for name in SLOW}
    assert routes == SLOW


def test_a_worker_that_is_told_no_queues_takes_all():
    assert set(app.amqp.queues) == {"celery", "webhooks", "files"}
