"""Mails wait neither for webhooks nor for files: which worker of docker-compose.yml takes what."""

from pathlib import Path

import pytest
import yaml

from cxapp.celery import app

ROOT = Path(__file__).resolve().parents[2]
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
SLOW = {"followup.deliver": "webhooks", "reports.make": "files", "surveys.bring": "files"}


def queues_of(service):
    command = SERVICES[service]["command"]
    return command[command.index("--queues") + 1].split(",")


def taken_from(name):
    return app.amqp.router.route({}, name)["queue"].name


def own_tasks():
    app.loader.import_default_modules()
    return sorted(name for name in app.tasks if not name.startswith("celery."))


def test_what_takes_long_has_a_queue_of_its_own_and_nothing_else_has():
    assert {name: taken_from(name) for name in own_tasks()} == {
        **dict.fromkeys(own_tasks(), "celery"),
        **SLOW,
    }


@pytest.mark.parametrize("service", ["worker", "webhooks", "files"])
def test_each_service_takes_one_queue_and_no_other_service_takes_it(service):
    taking = {"worker": "celery", "webhooks": "webhooks", "files": "files"}
    assert queues_of(service) == [taking[service]]
    workers = [name for name, told in SERVICES.items() if "worker" in told.get("command", [])]
    assert sorted(workers) == sorted(taking)


def test_a_worker_that_is_told_no_queues_takes_all():
    assert set(app.amqp.queues) == {"celery", "webhooks", "files"}
