"""Mails wait neither for webhooks nor for files, nor longer than they must for a lost broker."""

from pathlib import Path

import pytest
import yaml
from kombu.exceptions import OperationalError

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


def test_a_lost_broker_is_looked_for_every_other_second_however_long_it_was_away(monkeypatch):
    monkeypatch.setattr("kombu.utils.functional.sleep", lambda seconds: None)
    waits = []
    lost = app.connection_for_read("redis://127.0.0.1:1/0")
    with pytest.raises(OperationalError):
        lost.ensure_connection(lambda error, interval: waits.append(interval), 40)
    assert waits == [2] * 40
    assert app.conf.broker_connection_max_retries is None, "a worker never ends itself for it"


def test_closing_what_is_lost_never_ends_a_worker():
    """As seen with kombu 5.7: what is put back finds its connection gone, in one of 60 losses."""

    class Forgetful:
        def close(self):
            raise AttributeError("'NoneType' object has no attribute 'hostname'")

    lost = app.connection_for_read("redis://127.0.0.1:1/0")
    lost._default_channel = Forgetful()
    lost.close()
    assert not lost.connected
