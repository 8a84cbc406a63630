"""What may be said of a webhook, and what is shown of it."""

import re
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from api.fields import REFUSED, Body, Flag, Id, Line, Moment, Text, moment
from followup.actions import endpoints as acts
from followup.models import WebhookEndpoint
from followup.queries.log import state_of
from followup.rules.happenings import Type
from kit.urls import LONGEST_URL

Detail = WebhookEndpoint.Detail
GROUPS = ("low", "middle", "high")
MOST_NAMED = 200
PATTERN = "^https?://[!-~]+$"


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
