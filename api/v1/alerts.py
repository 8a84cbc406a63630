"""Alerts: of which answers members and a chat are told while something can still be done."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers

from accounts.models import Membership
from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, gone, reply
from api.fields import Address, Body, Flag, Id, Line, Moment, Number, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Fault, Kind, Problem
from api.refusals import only_for_all
from api.v1.webhook_forms import GROUPS, MOST_NAMED, Groups, Url, ids_of
from api.v1.webhooks import check_known
from followup.actions import ruling_alerts as acts
from followup.actions.endpoints import LONGEST_NAME
from followup.models import AlertRule
from followup.queries.rules import alert_rules
from kit.urls import LONGEST_URL

WRITE = [Scope.ALERTS_WRITE]
NOBODY = "Name a member or a chat: somebody has to be told."


class ChangedAlert(Body):
    """What may be said of an alert; what is left out stays."""

    name = Line(required=False, min_length=1, max_length=LONGEST_NAME)
    groups = Groups(
        required=False,
        min_length=1,
        max_length=len(GROUPS),
        help_text="Of answers of these groups somebody is told.",
    )
    programme_ids = ids_of("programmes")
    touchpoint_ids = ids_of("touchpoints")
    members = serializers.ListField(
        child=Address(max_length=254),
        required=False,
        max_length=MOST_NAMED,
        help_text="E-mail addresses of members. Whoever may not see customers reads no names.",
    )
    chat_url = Url(
        required=False,
        allow_null=True,
        min_length=1,
        max_length=LONGEST_URL,
        help_text="An incoming webhook of a chat, kept encrypted and never told again; null: none.",
    )
    names_customer = Flag(required=False, help_text="Say who it was. True if absent.")
    per_hour = Number(
        required=False,
        min_value=1,
        max_value=acts.MOST_PER_HOUR,
        help_text="So many one by one; the others come together in one line.",
    )
    is_on = Flag(required=False)

    example: ClassVar[dict[str, Any]] = {"groups": ["low", "middle"], "per_hour": 5}


class NewAlert(ChangedAlert):
    """An alert that holds from now on: it needs a member or a chat."""

    name = Line(min_length=1, max_length=LONGEST_NAME)

    example: ClassVar[dict[str, Any]] = {
        "name": "Bad bills",
        "groups": ["low"],
        "members": ["maya@acme.example"],
        "per_hour": 10,
    }


class AlertAnswer(serializers.Serializer[Any]):
    """An alert as it stands."""

    id = Id()
    url = serializers.CharField()
    name = serializers.CharField()
    groups = Groups()
    programme_ids = serializers.ListField(child=Id())
    touchpoint_ids = serializers.ListField(child=Id())
    members = serializers.ListField(child=serializers.CharField())
    chat = serializers.CharField(help_text="Scheme and host of the chat; empty without one.")
    names_customer = serializers.BooleanField()
    per_hour = serializers.IntegerField()
    is_on = serializers.BooleanField()
    created_at = Moment()


EXAMPLE = {
    "id": "2",
    "url": "/api/v1/alerts/2",
    "name": "Bad bills",
    "groups": ["low"],
    "programme_ids": [],
    "touchpoint_ids": [],
    "members": ["maya@acme.example"],
    "chat": "",
    "names_customer": True,
    "per_hour": 10,
    "is_on": True,
    "created_at": "2026-11-21T14:05:12Z",
}


def shape(rule: AlertRule) -> dict[str, Any]:
    return {
        "id": str(rule.pk),
        "url": f"/api/v1/alerts/{rule.pk}",
        "name": rule.name,
        "groups": rule.groups,
        "programme_ids": [str(pk) for pk in rule.programmes],
        "touchpoint_ids": [str(pk) for pk in rule.touchpoints],
        "members": [one.membership.user.email for one in rule.recipients.all()],
        "chat": rule.chat.place if rule.chat else "",
        "names_customer": rule.names_customer,
        "per_hour": rule.per_hour,
        "is_on": rule.is_on,
        "created_at": moment(rule.created_at),
    }


class Alerts(Endpoint):
    @operation(
        "listAlerts",
        scopes=WRITE,
        query=Paged,
        answer=page_of(AlertAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List alerts, the newest first."""
        return reply(page(_rows(call), call.query, "created_at", shape))

    @operation(
        "createAlert",
        scopes=WRITE,
        body=NewAlert,
        answer={201: AlertAnswer},
        example={201: EXAMPLE},
    )
    def post(self, call: Call) -> HttpResponse:
        """Have members or a chat told of answers of some groups, of bad ones if none is named."""
        _rows(call)
        wanted = _wanted({"groups": ["low"], **call.body})
        try:
            rule = acts.add_rule(
                organisation_id=call.organisation_id,
                wanted=wanted,
                actor=call.actor,
                now=call.now,
            )
        except acts.NobodyToTell:
            raise _refused(NOBODY, "#/members") from None
        except acts.TooManyRules:
            raise _refused(f"There are {acts.MOST} alerts. Remove one first.", "#") from None
        if call.body.get("is_on") is False:
            acts.switch_rule(rule=rule, is_on=False, actor=call.actor, now=call.now)
        return reply(shape(_rows(call).get(pk=rule.pk)), 201)


class OneAlert(Endpoint):
    def current(self, call: Call, **ids: Any) -> dict[str, Any]:
        return shape(_held(call, ids["alert_id"]))

    @operation(
        "getAlert",
        scopes=WRITE,
        answer=AlertAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def get(self, call: Call, alert_id: str) -> HttpResponse:
        """Return one alert."""
        return reply(shape(found(_rows(call), alert_id)))

    @operation(
        "updateAlert",
        scopes=WRITE,
        body=ChangedAlert,
        answer=AlertAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def patch(self, call: Call, alert_id: str) -> HttpResponse:
        """Change what is sent and leave the rest; `is_on` switches it."""
        rule, said = _held(call, alert_id), dict(call.body)
        is_on = said.pop("is_on", None)
        about: dict[str, Any] = {"rule": rule, "actor": call.actor, "now": call.now}
        if said:
            try:
                acts.change_rule(wanted=_wanted({**_before(rule), **said}), **about)
            except acts.NobodyToTell:
                raise _refused(NOBODY, "#/members") from None
        if is_on is not None:
            acts.switch_rule(is_on=is_on, **about)
        return reply(shape(found(_rows(call), alert_id)))

    @operation(
        "deleteAlert",
        scopes=WRITE,
        answer={204: None},
        example={204: None},
        problems=[Kind.NOT_FOUND],
    )
    def delete(self, call: Call, alert_id: str) -> HttpResponse:
        """Remove an alert with what it told; what waits is not told."""
        acts.remove_rule(rule=_held(call, alert_id), actor=call.actor, now=call.now)
        return gone()


def _rows(call: Call) -> QuerySet[AlertRule]:
    only_for_all(call.caller, "alerts tell of all of them")
    return alert_rules()


def _held(call: Call, alert_id: str) -> AlertRule:
    """Held: what is left out of a change is what stands there now."""
    return found(_rows(call).select_for_update(no_key=True, of=("self",)), alert_id)


def _before(rule: AlertRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "groups": rule.groups,
        "programme_ids": rule.programmes,
        "touchpoint_ids": rule.touchpoints,
        "members": [one.membership.user.email for one in rule.recipients.all()],
        "names_customer": rule.names_customer,
        "per_hour": rule.per_hour,
    }


def _wanted(said: dict[str, Any]) -> acts.Wanted:
    check_known(said)
    return acts.Wanted(
        name=said["name"],
        groups=tuple(dict.fromkeys(said["groups"])),
        programmes=tuple(dict.fromkeys(said.get("programme_ids", ()))),
        touchpoints=tuple(dict.fromkeys(said.get("touchpoint_ids", ()))),
        members=_members(said.get("members", ())),
        chat_url=said.get("chat_url") or "",
        drops_chat="chat_url" in said and said["chat_url"] is None,
        names_customer=said.get("names_customer", True),
        per_hour=said.get("per_hour", 10),
    )


def _members(addresses: Any) -> tuple[int, ...]:
    wanted = list(dict.fromkeys(address.lower() for address in addresses))
    rows = Membership.objects.filter(user__email__in=wanted).values_list("user__email", "id")
    known = {email.lower(): pk for email, pk in rows}
    for place, address in enumerate(wanted):
        if address not in known:
            raise _refused("No member has this address.", f"#/members/{place}")
    return tuple(known[address] for address in wanted)


def _refused(sentence: str, pointer: str) -> Problem:
    return Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, pointer)])
