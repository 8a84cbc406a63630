"""Programmes: who is asked what, and where; the ids by which answers can be filtered."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id
from api.operations import operation
from api.paging import Paged, page, page_of
from surveys.models import Programme, SurveyVersion
from surveys.rules.metrics import Metric, metric_asked


class ProgrammeAnswer(serializers.Serializer[Any]):
    """A programme and the touchpoints after which it asks."""

    id = Id()
    name = serializers.CharField()
    kind = serializers.ChoiceField(["transactional", "relational"])
    metric = serializers.ChoiceField(list(Metric))
    is_on = serializers.BooleanField()
    is_anonymous = serializers.BooleanField(
        help_text="Its answers are in no list; see `GET /programmes/{id}/anonymous`."
    )
    touchpoints = serializers.ListField(child=serializers.CharField(), help_text="Their slugs.")


EXAMPLE = {
    "id": "3",
    "name": "After support",
    "kind": "transactional",
    "metric": "csat",
    "is_on": True,
    "is_anonymous": False,
    "touchpoints": ["billing", "shop-visit"],
}


def shape(programme: Programme) -> dict[str, Any]:
    return {
        "id": str(programme.pk),
        "name": programme.name,
        "kind": programme.kind,
        "metric": metric_asked(programme.survey.metric, has_faces=_has_faces(programme)).value,
        "is_on": programme.is_on,
        "is_anonymous": programme.is_anonymous,
        "touchpoints": sorted(each.slug for each in programme.touchpoints.all()),
    }


def _has_faces(programme: Programme) -> bool:
    """What the newest version asks with; read with the rows."""
    return bool(programme.has_faces)  # type: ignore[attr-defined]


class Programmes(Endpoint):
    @operation(
        "listProgrammes",
        scopes=list(Scope),
        query=Paged,
        answer=page_of(ProgrammeAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List the programmes in use; any key may."""
        rows = Programme.objects.filter(archived_at__isnull=True)
        if call.caller.programme_id is not None:
            rows = rows.filter(pk=call.caller.programme_id)
        newest = SurveyVersion.objects.filter(survey=OuterRef("survey"), number__gt=0)
        faces = newest.order_by("-number").values("has_faces")[:1]
        rows = rows.annotate(has_faces=Subquery(faces))
        rows = rows.select_related("survey").prefetch_related("touchpoints")
        return reply(page(rows, call.query, "created_at", shape))
