"""Pauses for incidents: nobody new is asked meanwhile, and what was to leave waits."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import REFUSED, Body, Id, Identifier, Moment, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Fault, Kind, Problem
from api.refusals import only_for_all
from surveys.actions.pausing import PauseFields, begin_pause, end_pause
from surveys.models import SendingPause
from surveys.queries.pauses import property_choices

WRITE = [Scope.SENDING_WRITE]
BEYOND = "a pause holds for all of them"
MOST_VALUES = 50


class NewPause(Body):
    """What happened, from when and until when; `property` and `values` say whom it is about."""

    reason = Identifier(max_length=120, help_text="Shown with each decision it stands behind.")
    begins_at = Moment(required=False, help_text="Now if absent; may lie ahead.")
    ends_at = Moment(
        required=False, allow_null=True, help_text="If absent or null: until somebody ends it."
    )
    property = Identifier(
        required=False,
        max_length=60,
        help_text="Of customers or interactions, or `company`; if absent it is about everybody.",
    )
    values = serializers.ListField(
        child=Identifier(max_length=200),
        required=False,
        min_length=1,
        max_length=MOST_VALUES,
        help_text="Which of them.",
    )

    example: ClassVar[dict[str, Any]] = {
        "reason": "Outage in the north",
        "property": "region",
        "values": ["North"],
        "ends_at": "2099-11-22T09:00:00Z",
    }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("property" in attrs) != ("values" in attrs):
            missing = "values" if "property" in attrs else "property"
            raise ValidationError({missing: ["Send property and values together."]}, REFUSED)
        return attrs


class PauseAnswer(serializers.Serializer[Any]):
    """One pause."""

    id = Id()
    url = serializers.CharField()
    reason = serializers.CharField()
    property = serializers.CharField(allow_null=True, help_text="Null: about everybody.")
    values = serializers.ListField(child=serializers.CharField())
    begins_at = Moment()
    ends_at = Moment(allow_null=True, help_text="Null: until somebody ends it.")
    state = serializers.ChoiceField(["ahead", "on", "over"])
    created_at = Moment()


EXAMPLE = {
    "id": "5",
    "url": "/api/v1/pauses/5",
    **NewPause.example,
    "begins_at": "2026-11-21T14:05:12Z",
    "state": "on",
    "created_at": "2026-11-21T14:05:12Z",
}


class Pauses(Endpoint):
    @operation(
        "listPauses",
        scopes=WRITE,
        query=Paged,
        answer=page_of(PauseAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List pauses, those written down last first."""
        return reply(page(_rows(call), call.query, "created_at", lambda row: _shape(row, call)))

    @operation(
        "beginPause",
        scopes=WRITE,
        body=NewPause,
        answer={201: PauseAnswer},
        example={201: EXAMPLE},
    )
    def post(self, call: Call) -> HttpResponse:
        """Ask nobody while something is wrong, as a monitor would that sees an outage."""
        _rows(call)
        pause = begin_pause(
            organisation_id=call.organisation_id,
            fields=_fields(call),
            actor=call.actor,
            now=call.now,
        )
        return reply(_shape(pause, call), 201)


class OnePause(Endpoint):
    @operation(
        "getPause",
        scopes=WRITE,
        answer=PauseAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, pause_id: str) -> HttpResponse:
        """Return one pause."""
        return reply(_shape(found(_rows(call), pause_id), call))


class EndedPause(Endpoint):
    @operation(
        "endPause",
        scopes=WRITE,
        answer=PauseAnswer,
        example={**EXAMPLE, "ends_at": "2026-11-21T15:00:00Z", "state": "over"},
        problems=[Kind.NOT_FOUND],
    )
    def post(self, call: Call, pause_id: str) -> HttpResponse:
        """End a pause now: what waited leaves. One that is over stays as it is."""
        end_pause(pause=found(_rows(call), pause_id), actor=call.actor, now=call.now)
        return reply(_shape(found(_rows(call), pause_id), call))


def _rows(call: Call) -> QuerySet[SendingPause]:
    only_for_all(call.caller, BEYOND)
    return SendingPause.objects.all()


def _fields(call: Call) -> PauseFields:
    said = call.body
    begins_at, ends_at = said.get("begins_at", call.now), said.get("ends_at")
    if ends_at is not None and ends_at <= max(begins_at, call.now):
        raise _refused("It would end before it begins.", "#/ends_at")
    key = said.get("property", "")
    known = {name for name, _ in property_choices()}
    if key and key not in known:
        sentence = f"No customer and no interaction ever had this property. Known: {_some(known)}."
        raise _refused(sentence, "#/property")
    return PauseFields(
        reason=said["reason"],
        key=key,
        values=tuple(dict.fromkeys(said.get("values", ()))),
        begins_at=begins_at,
        ends_at=ends_at,
    )


def _some(known: set[str]) -> str:
    return ", ".join(sorted(known)[:20])


def _shape(row: SendingPause, call: Call) -> dict[str, Any]:
    is_over = row.ends_at is not None and row.ends_at <= call.now
    return {
        "id": str(row.pk),
        "url": f"/api/v1/pauses/{row.pk}",
        "reason": row.reason,
        "property": row.key or None,
        "values": row.values,
        "begins_at": moment(row.begins_at),
        "ends_at": moment(row.ends_at) if row.ends_at else None,
        "state": "over" if is_over else "ahead" if row.begins_at > call.now else "on",
        "created_at": moment(row.created_at),
    }


def _refused(sentence: str, pointer: str) -> Problem:
    return Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, pointer)])
