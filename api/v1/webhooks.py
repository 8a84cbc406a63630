"""Webhooks: addresses that are told what happens, their secrets, and replays."""

import re
from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, gone, reply
from api.fields import REFUSED, Body, Flag, Id, Line, Moment, Text, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Fault, Kind, Problem
from api.refusals import only_for_all
from followup.actions import endpoints as acts
from followup.actions import repeating, switching
from followup.models import WebhookEndpoint
from followup.queries.endpoints import secrets_of
from followup.queries.log import state_of, webhooks
from followup.rules.happenings import USUAL, Type
from kit import boxes
from kit.urls import LONGEST_URL
from surveys.models import Programme, Touchpoint

Detail = WebhookEndpoint.Detail
GROUPS = ("low", "middle", "high")
MOST_NAMED = 200
PATTERN = "^https?://[!-~]+$"
READ, WRITE = [Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE], [Scope.WEBHOOKS_WRITE]


@extend_schema_field({"type": "string", "pattern": PATTERN})
class Url(Text):
    """Where messages go, judged as the form of the settings does."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not re.fullmatch(PATTERN, text):
            raise ValidationError("Expected an address that begins with https://.")
        try:
            return acts.read_address(text)
        except acts.BadEndpoint as refused:
            raise ValidationError(str(refused), REFUSED) from refused


@extend_schema_field({"type": "array", "items": {"type": "string", "enum": list(GROUPS)}})
class Groups(serializers.ListField):
    child = serializers.ChoiceField(GROUPS)


def ids_of(what: str) -> Any:
    return serializers.ListField(
        child=Id(),
        required=False,
        max_length=MOST_NAMED,
        help_text=f"Ids of {what}; an empty list means all of them.",
    )


def _events(**more: Any) -> Any:
    return serializers.ListField(
        child=serializers.ChoiceField([one.value for one in Type]),
        min_length=1,
        max_length=len(Type) * 2,
        help_text="What it is told; docs/webhooks.md has an example of each.",
        **more,
    )


class ChangedWebhook(Body):
    """What may be said of a webhook; what is left out stays."""

    name = Line(required=False, min_length=1, max_length=acts.LONGEST_NAME)
    url = Url(
        required=False,
        min_length=1,
        max_length=LONGEST_URL,
        help_text="https, at a public address. Redirects are never followed.",
    )
    events = _events(required=False)
    groups = Groups(
        required=False,
        max_length=len(GROUPS),
        help_text="Only answers of these groups; empty: all. What has no score is told anyway.",
    )
    programme_ids = ids_of("programmes")
    touchpoint_ids = ids_of("touchpoints")
    detail = serializers.ChoiceField(
        Detail.values,
        required=False,
        help_text="`thin`: ids, links; `answers`: scores, words, context; `customers`: who.",
    )
    is_paused = Flag(required=False, help_text="A paused one is told later; false resumes it.")

    example: ClassVar[dict[str, Any]] = {"groups": ["low"]}


class NewWebhook(ChangedWebhook):
    """A webhook that is to be told from now on."""

    name = Line(min_length=1, max_length=acts.LONGEST_NAME)
    url = Url(
        min_length=1,
        max_length=LONGEST_URL,
        help_text="https, at a public address. Redirects are never followed.",
    )
    events = _events(required=False)

    example: ClassVar[dict[str, Any]] = {
        "name": "Data warehouse",
        "url": "https://hooks.example.com/cxapp",
        "events": ["response.received", "response.amended", "customer.erased"],
        "detail": "answers",
    }


class WebhookAnswer(serializers.Serializer[Any]):
    """A webhook and how it does. Its secret is read apart."""

    id = Id()
    url = serializers.CharField(help_text="Of this webhook in the API.")
    name = serializers.CharField()
    place = serializers.CharField(help_text="Scheme and host of the address: the rest is kept.")
    events = serializers.ListField(child=serializers.ChoiceField([one.value for one in Type]))
    groups = Groups()
    programme_ids = serializers.ListField(child=Id())
    touchpoint_ids = serializers.ListField(child=Id())
    detail = serializers.ChoiceField(Detail.values)
    state = serializers.ChoiceField(
        ["new", "works", "failing", "paused", "off"],
        help_text="`off`: it answered 410 or nothing but failures for days; resume it.",
    )
    failing_since = Moment(allow_null=True)
    last_success_at = Moment(allow_null=True)
    last_error = serializers.CharField()
    created_at = Moment()


EXAMPLE = {
    "id": "3",
    "url": "/api/v1/webhooks/3",
    "name": "Data warehouse",
    "place": "https://hooks.example.com",
    "events": ["customer.erased", "response.amended", "response.received"],
    "groups": [],
    "programme_ids": [],
    "touchpoint_ids": [],
    "detail": "answers",
    "state": "works",
    "failing_since": None,
    "last_success_at": "2026-11-20T13:05:11Z",
    "last_error": "",
    "created_at": "2026-11-19T08:00:00Z",
}


class SecretAnswer(serializers.Serializer[Any]):
    """With what messages are signed: the newest first; two while a secret is being changed."""

    secrets = serializers.ListField(child=serializers.CharField())
    before_until = Moment(allow_null=True, help_text="Until when the second one signs as well.")


SECRET_EXAMPLE = {
    "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="],
    "before_until": None,
}


class Rotation(Body):
    is_leaked = Flag(required=False, help_text="true: the old secret signs no more from now on.")

    example: ClassVar[dict[str, Any]] = {"is_leaked": False}


class Period(Body):
    """What is to be sent again."""

    since = Moment(help_text="What happened at or after this moment.")
    until = Moment(help_text="And before this one.")
    everything = Flag(required=False, help_text="Also what arrived; without it only what did not.")

    example: ClassVar[dict[str, Any]] = {
        "since": "2026-11-20T00:00:00Z",
        "until": "2026-11-21T00:00:00Z",
    }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["since"] >= attrs["until"]:
            raise ValidationError({"until": ["Expected a moment after `since`."]}, REFUSED)
        return attrs


class ReplayAnswer(serializers.Serializer[Any]):
    """How many messages will be sent."""

    messages = serializers.IntegerField()


def shape(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": str(endpoint.pk),
        "url": f"/api/v1/webhooks/{endpoint.pk}",
        "name": endpoint.name,
        "place": endpoint.place,
        "events": endpoint.events,
        "groups": endpoint.groups,
        "programme_ids": [str(pk) for pk in endpoint.programmes],
        "touchpoint_ids": [str(pk) for pk in endpoint.touchpoints],
        "detail": endpoint.detail,
        "state": state_of(endpoint),
        "failing_since": moment(endpoint.failing_since) if endpoint.failing_since else None,
        "last_success_at": moment(endpoint.last_success_at) if endpoint.last_success_at else None,
        "last_error": endpoint.last_error,
        "created_at": moment(endpoint.created_at),
    }


class Webhooks(Endpoint):
    @operation(
        "listWebhooks",
        scopes=READ,
        query=Paged,
        answer=page_of(WebhookAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List webhooks, the newest first."""
        return reply(page(rows_for(call), call.query, "created_at", shape))

    @operation(
        "createWebhook",
        scopes=WRITE,
        body=NewWebhook,
        answer={201: WebhookAnswer},
        example={201: EXAMPLE},
    )
    def post(self, call: Call) -> HttpResponse:
        """Add a webhook; read its secret with `GET /webhooks/{webhook_id}/secret`."""
        rows_for(call)
        check_known(call.body)
        new = acts.Details(name="", url="", events=tuple(one.value for one in USUAL))
        try:
            endpoint, _ = acts.add_endpoint(
                organisation_id=call.organisation_id,
                details=_details(new, call.body),
                actor=call.actor,
                now=call.now,
            )
        except acts.TooMany:
            sentence = f"There are {acts.MOST} webhooks already. Remove one first."
            raise Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, "#")]) from None
        if call.body.get("is_paused"):
            switching.pause(endpoint=endpoint, actor=call.actor, now=call.now)
            endpoint.refresh_from_db()
        return reply(shape(endpoint), 201)


class OneWebhook(Endpoint):
    def current(self, call: Call, **ids: Any) -> dict[str, Any]:
        return shape(_held(call, ids["webhook_id"]))

    @operation(
        "getWebhook",
        scopes=READ,
        answer=WebhookAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def get(self, call: Call, webhook_id: str) -> HttpResponse:
        """Return one webhook and how it does."""
        return reply(shape(one_webhook(call, webhook_id)))

    @operation(
        "updateWebhook",
        scopes=WRITE,
        body=ChangedWebhook,
        answer=WebhookAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def patch(self, call: Call, webhook_id: str) -> HttpResponse:
        """Change what is sent and leave the rest; `is_paused` pauses and resumes."""
        endpoint = _held(call, webhook_id)
        check_known(call.body)
        said = dict(call.body)
        is_paused = said.pop("is_paused", None)
        about: Any = {"endpoint": endpoint, "actor": call.actor, "now": call.now}
        if said:
            acts.change_endpoint(details=_details(_before(endpoint), said), **about)
        if is_paused is not None:
            (switching.pause if is_paused else switching.switch_on)(**about)
        return reply(shape(one_webhook(call, webhook_id)))

    @operation(
        "deleteWebhook",
        scopes=WRITE,
        answer={204: None},
        example={204: None},
        problems=[Kind.NOT_FOUND],
    )
    def delete(self, call: Call, webhook_id: str) -> HttpResponse:
        """Remove a webhook with its log; what waits is not sent."""
        endpoint = one_webhook(call, webhook_id)
        acts.remove_endpoint(endpoint=endpoint, actor=call.actor, now=call.now)
        return gone()


class WebhookSecret(Endpoint):
    @operation(
        "getWebhookSecret",
        scopes=WRITE,
        answer=SecretAnswer,
        example=SECRET_EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, webhook_id: str) -> HttpResponse:
        """Return the secrets that sign; put them where your server keeps its own."""
        endpoint = one_webhook(call, webhook_id)
        until = endpoint.secret_before_until
        both = until is not None and until > call.now
        try:
            secrets = secrets_of(endpoint, call.now)
        except boxes.Locked:
            sentence = "The key that locked its secret is gone. Rotate the secret first."
            raise Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, "#")]) from None
        return reply(
            {
                "secrets": secrets,
                "before_until": moment(until) if both and until else None,
            }
        )


class RotatedWebhook(Endpoint):
    @operation(
        "rotateWebhookSecret",
        scopes=WRITE,
        body=Rotation,
        answer=WebhookAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def post(self, call: Call, webhook_id: str) -> HttpResponse:
        """Make a new secret; for a day the old one signs as well, unless it leaked."""
        acts.rotate_secret(
            endpoint=one_webhook(call, webhook_id),
            is_leaked=call.body.get("is_leaked", False),
            actor=call.actor,
            now=call.now,
        )
        return reply(shape(one_webhook(call, webhook_id)))


class ReplayedWebhook(Endpoint):
    @operation(
        "replayWebhook",
        scopes=WRITE,
        body=Period,
        answer=ReplayAnswer,
        example={"messages": 12},
        problems=[Kind.NOT_FOUND],
    )
    def post(self, call: Call, webhook_id: str) -> HttpResponse:
        """Send what happened in a period and did not arrive, or all of it, under the same ids."""
        try:
            count = repeating.replay(
                endpoint=one_webhook(call, webhook_id),
                since=call.body["since"],
                until=call.body["until"],
                everything=call.body.get("everything", False),
                actor=call.actor,
                now=call.now,
            )
        except repeating.TooManyEvents:
            sentence = f"More than {repeating.MOST_REPLAYED} events: take a shorter period."
            raise Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, "#/until")]) from None
        return reply({"messages": count})


def rows_for(call: Call) -> QuerySet[WebhookEndpoint]:
    """All webhooks, or a refusal to a key of one programme: a webhook is told of all of them."""
    only_for_all(call.caller, "webhooks tell of all of them")
    return webhooks()


def one_webhook(call: Call, webhook_id: str) -> WebhookEndpoint:
    return found(rows_for(call), webhook_id)


def _held(call: Call, webhook_id: str) -> WebhookEndpoint:
    """Held: what is left out of a change is what stands there now."""
    return found(rows_for(call).select_for_update(no_key=True), webhook_id)


def _before(endpoint: WebhookEndpoint) -> acts.Details:
    try:
        return acts.details_of(endpoint)
    except boxes.Locked:
        sentence = "The key that locked its address is gone. Remove the webhook and add it anew."
        raise Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, "#/url")]) from None


def check_known(said: dict[str, Any]) -> None:
    """Refuse what names nothing of here: a filter by it would let nothing pass, without a word."""
    for noun, model in (("programme", Programme), ("touchpoint", Touchpoint)):
        ids = set(said.get(f"{noun}_ids", ()))
        if ids and model.objects.filter(pk__in=ids).count() < len(ids):
            sentence = f"There is no such {noun}. GET /api/v1/{noun}s lists them."
            raise Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, f"#/{noun}_ids")])


def _details(before: acts.Details, said: dict[str, Any]) -> acts.Details:
    names = {"programme_ids": "programmes", "touchpoint_ids": "touchpoints"}
    lists = {"events", "groups", "programmes", "touchpoints"}
    changes = {names.get(name, name): value for name, value in said.items() if name != "is_paused"}
    wanted: dict[str, Any] = {
        name: tuple(dict.fromkeys(value)) if name in lists else value
        for name, value in changes.items()
    }
    return replace(before, **wanted)
