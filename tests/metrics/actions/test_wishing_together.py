"""Two people who wish for the same property at the same moment wish once."""

import threading

from django.db import connection

from accounts.models import AuditEntry
from accounts.rules.actors import Actor
from kit import tenancy
from metrics.actions.tracking import AlreadySo, ask_for_tracking
from metrics.models import TrackingWish
from tests.metrics.conftest import START, build_world

ACME = 4_000_002


def wish(name):
    ask_for_tracking(
        organisation_id=ACME, key="plan", is_wanted=True, actor=Actor(name=name), now=START
    )


def test_the_second_hears_that_it_is_wished_already(transactional_db):
    said, asking = [], threading.Event()

    def second():
        try:
            with tenancy.organisation(ACME):
                asking.set()
                wish("tom@acme.example")
        except Exception as error:  # noqa: BLE001
            said.append(type(error))
        finally:
            connection.close()

    with tenancy.organisation(ACME):
        build_world(ACME)
    worker = threading.Thread(target=second)
    with tenancy.organisation(ACME):
        wish("maya@acme.example")
        worker.start()
        assert asking.wait(10)
        worker.join(0.4)
        assert worker.is_alive(), "it did not wait: both would have written the wish"
    worker.join(10)

    assert said == [AlreadySo]
    with tenancy.organisation(ACME):
        assert TrackingWish.objects.count() == 1
        assert AuditEntry.objects.filter(action="property.tracked").count() == 1
