"""From an event to a signed POST, and what follows each answer."""

from datetime import timedelta

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

from events.dispatching import dispatch_due
from events.kinds import Kind
from events.publishing import publish
from followup.models import WebhookAttempt, WebhookDelivery
from tests.builders import NOW, a_response

pytestmark = pytest.mark.django_db


def answer(world, score=3, kind=Kind.RESPONSE_RECEIVED, **fields):
    """A response and its event, and what follows it in the journal."""
    with world.inside():
        fields = {"customer": world.ada, "touchpoint": world.touchpoint, **fields}
        response = a_response(world.organisation, world.programme, score, **fields)
        publish(organisation_id=world.organisation.pk, kind=kind, now=NOW, response=response.pk)
    dispatch_due(now=NOW)
    return response


def log(world):
    with world.inside():
        return list(WebhookDelivery.objects.order_by("id").values_list("type", "state", "attempts"))


def test_an_answer_reaches_a_program_signed(world, receiver):
    _, secret = world.endpoint(receiver.url)
    response = answer(world, comment="The bill was wrong.")

    with time_machine.travel(NOW, tick=False):
        assert world.deliver() == 1
        (request,) = receiver.received
        said = Webhook(secret).verify(request.body, request.headers)

    assert request.path == "/hook?from=cxapp"
    assert request.headers["content-type"] == "application/json"
    assert (said["type"], said["timestamp"]) == ("response.received", "2026-05-12T09:30:00Z")
    assert said["data"]["response"]["id"] == str(response.pk)
    assert said["data"]["response"]["touchpoint"] == "billing"
    assert "bill was wrong" not in request.body.decode(), "thin unless somebody asks for more"
    assert log(world) == [("response.received", "delivered", 1)]
    with world.inside():
        (tried,) = WebhookAttempt.objects.all()
    assert (tried.status, tried.answer, tried.error) == (200, "thanks", "")


def test_a_body_that_was_touched_is_not_believed(world, receiver):
    _, secret = world.endpoint(receiver.url)
    answer(world)
    with time_machine.travel(NOW, tick=False):
        world.deliver()
        (request,) = receiver.received
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(request.body + b" ", request.headers)


def test_what_was_delivered_is_not_sent_again(world, receiver):
    world.endpoint(receiver.url)
    answer(world)
    assert world.deliver() == 1
    assert world.deliver(NOW + timedelta(days=1)) == 0
    assert len(receiver.received) == 1
