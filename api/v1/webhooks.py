"""Webhooks: addresses that are told what happens, their secrets, and replays."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, gone, reply
from api.fields import moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Fault, Kind, Problem
from api.refusals import only_for_all
from api.v1.webhook_forms import (
    EXAMPLE,
    SECRET_EXAMPLE,
    ChangedWebhook,
    NewWebhook,
    Period,
    ReplayAnswer,
    Rotation,
    SecretAnswer,
    WebhookAnswer,
    shape,
)
from followup.actions import endpoints as acts
from followup.actions import repeating, switching
from followup.models import WebhookEndpoint
from followup.queries.endpoints import secrets_of
from followup.queries.log import webhooks
from followup.rules.happenings import USUAL
from kit import boxes
from surveys.models import Programme, Touchpoint

READ, WRITE = [Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE], [Scope.WEBHOOKS_WRITE]


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
            try:
                acts.change_endpoint(details=_details(_before(endpoint), said), **about)
            except acts.BadEndpoint as refused:  # what stands there may be called no more
                raise _refused(str(refused)) from refused
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
        gone_key = "The key that locked its address is gone. Remove the webhook and add it anew."
        raise _refused(gone_key) from None


def _refused(sentence: str) -> Problem:
    return Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, "#/url")])


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
