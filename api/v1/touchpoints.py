"""Touchpoints: where customers meet the organisation; their slugs name them everywhere."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id
from api.operations import operation
from api.paging import Paged, page, page_of
from surveys.models import Touchpoint


class TouchpointAnswer(serializers.Serializer[Any]):
    """A touchpoint of the journey."""

    id = Id()
    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(["service", "experience"])
    journey = serializers.CharField()
    stage = serializers.CharField()


EXAMPLE = {
    "id": "7",
    "slug": "billing",
    "name": "Billing",
    "kind": "service",
    "journey": "Customer journey",
    "stage": "Get help",
}


def shape(touchpoint: Touchpoint) -> dict[str, Any]:
    return {
        "id": str(touchpoint.pk),
        "slug": touchpoint.slug,
        "name": touchpoint.name,
        "kind": touchpoint.kind,
        "journey": touchpoint.stage.journey.name,
        "stage": touchpoint.stage.name,
    }


class Touchpoints(Endpoint):
    @operation(
        "listTouchpoints",
        scopes=list(Scope),
        query=Paged,
        answer=page_of(TouchpointAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List the touchpoints in use; any key may."""
        rows = Touchpoint.objects.filter(archived_at__isnull=True).select_related("stage__journey")
        return reply(page(rows, call.query, "created_at", shape))
