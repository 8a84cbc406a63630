"""Touchpoints: where customers meet the organisation; their slugs name them everywhere."""

from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Body, Flag, Id, Identifier, Line, Moment, Number, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Kind
from api.refusals import refusing
from surveys.actions.archiving import archive_touchpoint
from surveys.actions.editing_touchpoints import (
    TouchpointDetails,
    create_touchpoint,
    details_of,
    update_touchpoint,
)
from surveys.models import Stage, Touchpoint

KINDS = Touchpoint.Kind.values


class TouchpointBody(Body):
    """What is said of a touchpoint. Keys that are left out stay as they are."""

    name = Identifier(required=False, max_length=120)
    kind = serializers.ChoiceField(
        KINDS,
        required=False,
        help_text="`service`: a person or a bot helped with something; else `experience`.",
    )
    stage = Identifier(
        required=False, max_length=120, help_text="Of the journey, by name; made if new."
    )
    topic = Line(
        required=False,
        allow_blank=True,
        max_length=120,
        help_text="What the help was about, as it stands in the question: `your bill`.",
    )
    deed = Line(
        required=False,
        allow_blank=True,
        max_length=120,
        help_text="What the customer did, as it stands in the mail: `talked to us`.",
    )
    owner_team = Line(required=False, allow_blank=True, max_length=80)
    target = Number(required=False, allow_null=True, min_value=-100, max_value=100)

    example: ClassVar[dict[str, Any]] = {
        "name": "Billing",
        "kind": "service",
        "stage": "Get help",
        "topic": "your bill",
        "deed": "talked to us about your bill",
        "owner_team": "Billing",
        "target": 80,
    }


class NewTouchpoint(TouchpointBody):
    """A touchpoint needs a name, a kind and a stage."""

    name = Identifier(max_length=120)
    kind = serializers.ChoiceField(KINDS)
    stage = Identifier(max_length=120, help_text="Of the journey, by name; made if new.")


class ChangedTouchpoint(TouchpointBody):
    """Besides its words a touchpoint can be put aside."""

    is_archived = Flag(
        required=False,
        help_text="Takes no interactions any more; what was measured stays in every figure.",
    )


class TouchpointAnswer(serializers.Serializer[Any]):
    """A touchpoint of the journey."""

    id = Id()
    url = serializers.CharField()
    slug = serializers.CharField(help_text="Made from the first name; never changes.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    journey = serializers.CharField()
    stage = serializers.CharField()
    topic = serializers.CharField()
    deed = serializers.CharField()
    owner_team = serializers.CharField()
    target = serializers.IntegerField(allow_null=True)
    is_archived = serializers.BooleanField()
    created_at = Moment()


EXAMPLE = {
    "id": "7",
    "url": "/api/v1/touchpoints/7",
    "slug": "billing",
    "journey": "Customer journey",
    **TouchpointBody.example,
    "is_archived": False,
    "created_at": "2026-03-02T08:15:00Z",
}


def shape(touchpoint: Touchpoint) -> dict[str, Any]:
    return {
        "id": str(touchpoint.pk),
        "url": f"/api/v1/touchpoints/{touchpoint.pk}",
        "slug": touchpoint.slug,
        "name": touchpoint.name,
        "kind": touchpoint.kind,
        "journey": touchpoint.stage.journey.name,
        "stage": touchpoint.stage.name,
        "topic": touchpoint.topic,
        "deed": touchpoint.deed,
        "owner_team": touchpoint.owner_team,
        "target": touchpoint.target,
        "is_archived": touchpoint.archived_at is not None,
        "created_at": moment(touchpoint.created_at),
    }


class TouchpointQuery(Paged):
    archived = serializers.ChoiceField(
        ["true", "false"], required=False, help_text="Those put aside; without it those in use."
    )


class Touchpoints(Endpoint):
    @operation(
        "listTouchpoints",
        scopes=list(Scope),
        query=TouchpointQuery,
        answer=page_of(TouchpointAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List the touchpoints in use; any key may."""
        in_use = call.query.get("archived") != "true"
        rows = _rows().filter(archived_at__isnull=in_use)
        return reply(page(rows, call.query, "created_at", shape))

    @operation(
        "createTouchpoint",
        scopes=[Scope.TOUCHPOINTS_WRITE],
        body=NewTouchpoint,
        answer={201: TouchpointAnswer},
        example={201: EXAMPLE},
        problems=[Kind.NAME_TAKEN],
    )
    def post(self, call: Call) -> HttpResponse:
        """Create a touchpoint; its slug is made from its name."""
        empty = TouchpointDetails(
            name="", kind="", stage_id=None, new_stage="", deed="", topic="", owner_team="",
            target=None,
        )  # fmt: skip
        with refusing():
            touchpoint = create_touchpoint(
                organisation_id=call.organisation_id,
                details=_details(empty, call.body),
                actor=call.actor,
                now=call.now,
            )
        return reply(shape(touchpoint), 201)


class OneTouchpoint(Endpoint):
    def current(self, call: Call, **ids: Any) -> dict[str, Any]:
        return shape(found(_rows().select_for_update(of=("self",)), ids["touchpoint_id"]))

    @operation(
        "getTouchpoint",
        scopes=list(Scope),
        answer=TouchpointAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def get(self, call: Call, touchpoint_id: str) -> HttpResponse:
        """Return one touchpoint; any key may."""
        return reply(shape(found(_rows(), touchpoint_id)))

    @operation(
        "updateTouchpoint",
        scopes=[Scope.TOUCHPOINTS_WRITE],
        body=ChangedTouchpoint,
        answer=TouchpointAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND, Kind.NAME_TAKEN],
        tagged=True,
    )
    def patch(self, call: Call, touchpoint_id: str) -> HttpResponse:
        """Change what is sent and leave the rest; the slug stays.

        A change of its kind judges anew who was served, so figures of service move.
        """
        touchpoint = found(_rows().select_for_update(of=("self",)), touchpoint_id)
        said = dict(call.body)
        is_archived = said.pop("is_archived", None)
        about: Any = {"touchpoint": touchpoint, "actor": call.actor, "now": call.now}
        with refusing():
            if said:
                update_touchpoint(details=_details(details_of(touchpoint), said), **about)
            if is_archived is not None:
                archive_touchpoint(is_archived=is_archived, **about)
        return reply(shape(touchpoint))


def _rows() -> QuerySet[Touchpoint]:
    return Touchpoint.objects.select_related("stage__journey")


def _details(before: TouchpointDetails, said: dict[str, Any]) -> TouchpointDetails:
    changes = dict(said)
    if "stage" in changes:
        name = changes.pop("stage")
        stage = Stage.objects.filter(name=name).order_by("journey_id", "position").first()
        changes |= {"stage_id": stage and stage.pk, "new_stage": "" if stage else name}
    return replace(before, **changes)
