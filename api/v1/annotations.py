"""Annotations: what happened on a day, such as a release, as a thin line on the trends."""

from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, gone, reply
from api.fields import Body, Day, Id, Identifier, Moment, Slug, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Fault, Kind, Problem
from api.refusals import only_for_all, refusing
from metrics.actions.annotating import (
    Noted,
    annotate,
    edit_annotation,
    noted_of,
    remove_annotation,
)
from metrics.models import Annotation
from surveys.models import Programme, Touchpoint

WRITE = [Scope.MEASURING_WRITE]
BEYOND = "annotations stand on the trends of all of them"
ONE_PLACE = "Name a touchpoint or a programme, not both."


class AnnotationBody(Body):
    """What happened, when and where. Keys that are left out stay as they are."""

    on_day = Day(required=False, help_text="The organisation's own calendar day.")
    text = Identifier(
        required=False, max_length=80, help_text="Short enough to stand in a picture."
    )
    touchpoint = Slug(
        required=False,
        allow_null=True,
        max_length=60,
        help_text="Shown on its trends only; a slug of GET /touchpoints. Null: on all.",
    )
    programme_id = Id(
        required=False,
        allow_null=True,
        help_text="Shown on its trends only; an id of GET /programmes. Null: on all.",
    )

    example: ClassVar[dict[str, Any]] = {
        "on_day": "2026-11-03",
        "text": "New billing system",
        "touchpoint": "billing-enquiry",
    }


class NewAnnotation(AnnotationBody):
    """An annotation needs its day and its words."""

    on_day = Day(help_text="The organisation's own calendar day.")
    text = Identifier(max_length=80, help_text="Short enough to stand in a picture.")


class AnnotationAnswer(serializers.Serializer[Any]):
    """An annotation as it stands on trends."""

    id = Id()
    url = serializers.CharField()
    on_day = serializers.DateField()
    text = serializers.CharField()
    touchpoint = serializers.CharField(allow_null=True)
    programme_id = Id(allow_null=True)
    created_at = Moment()


EXAMPLE = {
    "id": "9",
    "url": "/api/v1/annotations/9",
    **AnnotationBody.example,
    "programme_id": None,
    "created_at": "2026-11-03T14:05:12Z",
}


def shape(row: Annotation) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "url": f"/api/v1/annotations/{row.pk}",
        "on_day": row.on_day.isoformat(),
        "text": row.text,
        "touchpoint": row.touchpoint.slug if row.touchpoint else None,
        "programme_id": str(row.programme_id) if row.programme_id else None,
        "created_at": moment(row.made_at),
    }


class Annotations(Endpoint):
    @operation(
        "listAnnotations",
        scopes=[Scope.METRICS_READ],
        query=Paged,
        answer=page_of(AnnotationAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List annotations, those made last first."""
        return reply(page(_rows(call), call.query, "made_at", shape))

    @operation(
        "createAnnotation",
        scopes=WRITE,
        body=NewAnnotation,
        answer={201: AnnotationAnswer},
        example={201: EXAMPLE},
    )
    def post(self, call: Call) -> HttpResponse:
        """Write what happened on a day, such as a release, onto the trends."""
        _rows(call)
        said = call.body
        empty = Noted(
            on_day=said["on_day"], text=said["text"], touchpoint_id=None, programme_id=None
        )
        with refusing():
            row = annotate(
                organisation_id=call.organisation_id,
                noted=_noted(empty, said),
                actor=call.actor,
                now=call.now,
            )
        return reply(shape(_rows(call).get(pk=row.pk)), 201)


class OneAnnotation(Endpoint):
    def current(self, call: Call, **ids: Any) -> dict[str, Any]:
        return shape(_held(call, ids["annotation_id"]))

    @operation(
        "getAnnotation",
        scopes=[Scope.METRICS_READ],
        answer=AnnotationAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def get(self, call: Call, annotation_id: str) -> HttpResponse:
        """Return one annotation."""
        return reply(shape(found(_rows(call), annotation_id)))

    @operation(
        "updateAnnotation",
        scopes=WRITE,
        body=AnnotationBody,
        answer=AnnotationAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def patch(self, call: Call, annotation_id: str) -> HttpResponse:
        """Change what is sent and leave the rest."""
        row = _held(call, annotation_id)
        with refusing():
            edit_annotation(
                annotation=row,
                noted=_noted(noted_of(row), call.body),
                actor=call.actor,
                now=call.now,
            )
        return reply(shape(found(_rows(call), annotation_id)))

    @operation(
        "deleteAnnotation",
        scopes=WRITE,
        answer={204: None},
        example={204: None},
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def delete(self, call: Call, annotation_id: str) -> HttpResponse:
        """Take an annotation off every trend; the audit trail keeps what it said."""
        row = _held(call, annotation_id)
        remove_annotation(annotation=row, actor=call.actor, now=call.now)
        return gone()


def _rows(call: Call) -> QuerySet[Annotation]:
    only_for_all(call.caller, BEYOND)
    return Annotation.objects.select_related("touchpoint")


def _held(call: Call, annotation_id: str) -> Annotation:
    return found(_rows(call).select_for_update(no_key=True, of=("self",)), annotation_id)


def _noted(before: Noted, said: dict[str, Any]) -> Noted:
    changes = dict(said)
    if "touchpoint" in changes:
        changes["touchpoint_id"] = _touchpoint_id(changes.pop("touchpoint"))
    if changes.get("programme_id") is not None:
        _check_programme(changes["programme_id"])
    noted = replace(before, **changes)
    if noted.touchpoint_id is not None and noted.programme_id is not None:
        raise _refused(ONE_PLACE, "#/programme_id" if "programme_id" in said else "#/touchpoint")
    return noted


def _touchpoint_id(slug: str | None) -> int | None:
    if slug is None:
        return None
    pk = Touchpoint.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if pk is None:
        sentence = "There is no such touchpoint. GET /api/v1/touchpoints lists their slugs."
        raise _refused(sentence, "#/touchpoint")
    return pk


def _check_programme(programme_id: int) -> None:
    if not Programme.objects.filter(pk=programme_id).exists():
        sentence = "There is no such programme. GET /api/v1/programmes lists them."
        raise _refused(sentence, "#/programme_id")


def _refused(sentence: str, pointer: str) -> Problem:
    return Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, pointer)])
