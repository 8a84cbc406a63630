"""A worker that is killed while it tells: nothing is lost, and what comes twice has one id."""

import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta

import pytest

from followup.models import WebhookDelivery
from kit import clock
from tests.builders import NOW, a_webhook_delivery
from tests.followup.conftest import World

pytestmark = pytest.mark.django_db(transaction=True)

MESSAGES, KILLED_AT = 12, 5
DRAIN = """
import django
django.setup()
from followup.actions.delivering import deliver_due
from kit import clock
deliver_due(clock=clock.now, seconds=60)
"""


def test_no_message_is_lost_with_the_worker_that_carried_it(receiver, service_environment):
    world = World()
    endpoint, _ = world.endpoint(receiver.url)
    with world.inside():
        for number in range(MESSAGES):
            a_webhook_delivery(
                endpoint,
                webhook_id=f"evt_{number}_1",
                state="waiting",
                attempts=0,
                finished_at=None,
                due_at=NOW,
            )
    reached, killed = threading.Event(), threading.Event()
    take = receiver.take

    def hold(request):
        answer = take(request)
        if len(receiver.received) == KILLED_AT:
            reached.set()
            killed.wait(30)  # it was read, and the answer never arrives
        return answer

    receiver.take = hold
    told = {**service_environment, "WEBHOOK_NETWORKS": f"127.0.0.1/32:{receiver.port}"}
    worker = subprocess.Popen([sys.executable, "-c", DRAIN], env=told)
    try:
        assert reached.wait(60), "the worker reached the receiver"
    finally:
        worker.kill()
        worker.wait()
        killed.set()

    assert world.deliver(clock.now()) == 0, "its claim holds until it must have died"
    assert world.deliver(clock.now() + timedelta(minutes=4)) == MESSAGES
    times = Counter(receiver.ids)
    assert set(times) == {f"evt_{number}_1" for number in range(MESSAGES)}
    assert sum(times.values()) == MESSAGES + KILLED_AT
    assert max(times.values()) == 2
    bodies = {(one.id, one.body) for one in receiver.received}
    assert len(bodies) == MESSAGES, "a repetition says the same"
    with world.inside():
        states = set(WebhookDelivery.objects.values_list("state", "attempts"))
    assert states == {("delivered", 1)}
