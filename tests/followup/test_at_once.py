"""Two who hold webhooks at once: the second waits, and nobody is ended by the database."""

from datetime import timedelta
from uuid import uuid4

import pytest

from followup.actions import delivering, keeping
from followup.actions.delivering import Claimed, _round
from followup.actions.endpoints import remove_endpoint
from followup.actions.keeping import keep
from followup.models import WebhookDelivery, WebhookEndpoint
from followup.rules.trying import Tried
from followup.transport import Parcel
from tests.at_once import elsewhere, until_somebody_waits
from tests.builders import NOW, a_webhook_delivery
from tests.followup.conftest import MAYA

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=4)  # a claim of NOW is over


@pytest.fixture
def told(world, receiver):
    """An address and two messages that are being told, the later one due first."""
    endpoint, _ = world.endpoint(receiver.url)
    with world.inside():
        rows = [
            a_webhook_delivery(
                endpoint,
                state="waiting",
                attempts=0,
                finished_at=None,
                due_at=NOW - timedelta(minutes=number),
                customer_id=world.ada.pk,
            )
            for number in range(2)
        ]
    return endpoint, rows


def in_the_middle(monkeypatch, module, name, start, act):
    """When `name` is reached: begin `act` elsewhere, and go on once it waits for what we hold."""
    begun, reached = [], getattr(module, name)

    def and_then(*told):
        if not begun:
            begun.append(start(act))
            until_somebody_waits()
        return reached(*told)

    monkeypatch.setattr(module, name, and_then)
    return begun


def claimed(world, endpoint):
    with world.inside():
        claim = uuid4()
        WebhookEndpoint.objects.update(claim=claim, lease_until=LATER)
    return Claimed(endpoint.pk, world.organisation.pk, claim)


def test_a_new_round_waits_for_what_is_kept_of_the_last(world, told, monkeypatch):
    endpoint, rows = told
    claim = claimed(world, endpoint)
    answers = [(Parcel(row.pk, row.webhook_id, b""), Tried(took_ms=1, status=200)) for row in rows]
    with elsewhere() as start:
        begun = in_the_middle(
            monkeypatch, keeping, "_attempt", start, lambda: _round(claim, lambda: LATER)
        )
        with world.inside():
            keep(endpoint.pk, answers, NOW)
        assert begun[0].result(20) is None, "nothing is left to be told"
    with world.inside():
        assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {("delivered", 1)}


def test_who_removes_an_address_waits_for_a_round_that_begins(world, told, monkeypatch):
    endpoint, rows = told
    claim = claimed(world, endpoint)

    def remove():
        with world.inside():
            remove_endpoint(endpoint=endpoint, actor=MAYA, now=NOW)

    with elsewhere() as start:
        begun = in_the_middle(monkeypatch, delivering, "_due", start, remove)
        found = _round(claim, lambda: NOW)
        begun[0].result(20)
    assert [parcel.id for parcel in found.parcels] == [row.pk for row in reversed(rows)]
    with world.inside():
        left = WebhookEndpoint.objects.count(), WebhookDelivery.objects.count()
    assert left == (0, 0)
