"""The log of a webhook: what it was sent, what came back, and sending it again."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from api.endpoints import Call, Endpoint, reply
from api.fields import Id, Moment, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Kind
from api.v1.webhooks import READ, WRITE, one_webhook
from followup.actions import repeating
from followup.models import WebhookAttempt, WebhookDelivery
from followup.models.webhooks import STATES
from followup.rules.happenings import TEST, Type

NAMES = [state for state, _ in STATES]
TYPES = [*(one.value for one in Type), TEST]
NEWEST = 20


class DeliveryAnswer(serializers.Serializer[Any]):
    """One message to one webhook."""

    id = Id()
    url = serializers.CharField()
    webhook_id = Id()
    message_id = serializers.CharField(help_text="The header `webhook-id`: the same every time.")
    type = serializers.ChoiceField(TYPES)
    state = serializers.ChoiceField(
        NAMES, help_text="`failed`: given up after four days; `dropped`: what it told of is gone."
    )
    happened_at = Moment()
    due_at = Moment(allow_null=True, help_text="When it is tried next.")
    attempts = serializers.IntegerField()
    last_status = serializers.IntegerField(allow_null=True)
    last_error = serializers.CharField()


class AttemptAnswer(serializers.Serializer[Any]):
    """One try and what came back."""

    number = serializers.IntegerField()
    at = Moment()
    took_ms = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    answer = serializers.CharField(help_text="The beginning of it.")


class FullDeliveryAnswer(DeliveryAnswer):
    """A message with its body and its tries; both are empty once a person in it was erased."""

    body = serializers.CharField(help_text="As it is signed; empty until it is first sent.")
    tries = AttemptAnswer(many=True, help_text=f"The newest {NEWEST}, the last one first.")


EXAMPLE = {
    "id": "88120",
    "url": "/api/v1/webhooks/3/deliveries/88120",
    "webhook_id": "3",
    "message_id": "evt_510233_4711",
    "type": "response.received",
    "state": "delivered",
    "happened_at": "2026-11-20T13:05:11Z",
    "due_at": None,
    "attempts": 1,
    "last_status": 200,
    "last_error": "",
}
FULL_EXAMPLE = {
    **EXAMPLE,
    "body": '{"type":"response.received","timestamp":"2026-11-20T13:05:11Z","data":{}}',
    "tries": [
        {
            "number": 1,
            "at": "2026-11-20T13:05:12Z",
            "took_ms": 84,
            "status": 200,
            "error": "",
            "answer": "ok",
        }
    ],
}


class DeliveryQuery(Paged):
    state = serializers.ChoiceField(NAMES, required=False, help_text="All, if absent.")
    type = serializers.ChoiceField(TYPES, required=False, help_text="All, if absent.")


def shape(row: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "url": f"/api/v1/webhooks/{row.endpoint_id}/deliveries/{row.pk}",
        "webhook_id": str(row.endpoint_id),
        "message_id": row.webhook_id,
        "type": row.type,
        "state": row.state,
        "happened_at": moment(row.at),
        "due_at": moment(row.due_at) if row.state == "waiting" else None,
        "attempts": row.attempts,
        "last_status": row.last_status,
        "last_error": row.last_error,
    }


class Deliveries(Endpoint):
    @operation(
        "listWebhookDeliveries",
        scopes=READ,
        query=DeliveryQuery,
        answer=page_of(DeliveryAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, webhook_id: str) -> HttpResponse:
        """List what a webhook was and will be sent, the newest first; kept for thirty days."""
        rows = WebhookDelivery.objects.filter(endpoint=one_webhook(call, webhook_id))
        asked = {name: call.query[name] for name in ("state", "type") if name in call.query}
        return reply(page(rows.filter(**asked), call.query, "created_at", shape))


class OneDelivery(Endpoint):
    @operation(
        "getWebhookDelivery",
        scopes=READ,
        answer=FullDeliveryAnswer,
        example=FULL_EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, webhook_id: str, delivery_id: str) -> HttpResponse:
        """Return one message with its body and what came back."""
        row = _one(call, webhook_id, delivery_id)
        tries = [_attempt(one) for one in row.tries.order_by("-id")[:NEWEST]]
        return reply({**shape(row), "body": row.body, "tries": tries})


class ResentDelivery(Endpoint):
    @operation(
        "resendWebhookDelivery",
        scopes=WRITE,
        answer=DeliveryAnswer,
        example={**EXAMPLE, "state": "waiting", "due_at": "2026-11-20T14:00:00Z"},
        problems=[Kind.NOT_FOUND],
    )
    def post(self, call: Call, webhook_id: str, delivery_id: str) -> HttpResponse:
        """Send a message again under the same id, within seconds."""
        row = _one(call, webhook_id, delivery_id)
        repeating.send_again(delivery=row, actor=call.actor, now=call.now)
        return reply(shape(_one(call, webhook_id, delivery_id)))


class TestedWebhook(Endpoint):
    @operation(
        "testWebhook",
        scopes=WRITE,
        answer={201: DeliveryAnswer},
        example={201: {**EXAMPLE, "type": TEST, "state": "waiting", "attempts": 0}},
        problems=[Kind.NOT_FOUND],
    )
    def post(self, call: Call, webhook_id: str) -> HttpResponse:
        """Send a message of type `ping`; its delivery tells within seconds what came back."""
        endpoint = one_webhook(call, webhook_id)
        row = repeating.send_test(endpoint=endpoint, actor=call.actor, now=call.now)
        return reply(shape(row), 201)


def _one(call: Call, webhook_id: str, delivery_id: str) -> WebhookDelivery:
    endpoint = one_webhook(call, webhook_id)
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).select_related("endpoint")
    return found(rows, delivery_id)


def _attempt(one: WebhookAttempt) -> dict[str, Any]:
    return {
        "number": one.number,
        "at": moment(one.at),
        "took_ms": one.took_ms,
        "status": one.status,
        "error": one.error,
        "answer": one.answer,
    }
