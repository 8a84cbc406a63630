"""Tags: which there are, under which name, and on how many answers."""

from typing import Any, ClassVar

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, gone, reply
from api.fields import Body, Id, Identifier, Moment, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Kind
from api.refusals import only_for_all, refusing
from surveys.actions.tagging import delete_tag, rename_tag
from surveys.models import Tag
from surveys.models.tags import TAG_LENGTH

BEYOND = "tags stand on answers of all of them"


class NamedTag(Body):
    """The name that a tag is to have."""

    name = Identifier(max_length=TAG_LENGTH)

    example: ClassVar[dict[str, Any]] = {"name": "too slow"}


class KnownTag(serializers.Serializer[Any]):
    """A tag and how often it is used."""

    id = Id()
    url = serializers.CharField()
    name = serializers.CharField()
    responses = serializers.IntegerField(help_text="How many responses wear it.")
    created_at = Moment()


EXAMPLE = {
    "id": "12",
    "url": "/api/v1/tags/12",
    "name": "too slow",
    "responses": 31,
    "created_at": "2026-11-21T14:05:12Z",
}


class Tags(Endpoint):
    @operation(
        "listTags",
        scopes=[Scope.RESPONSES_READ],
        query=Paged,
        answer=page_of(KnownTag),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List tags, the newest first. A new one is made by tagging a response with it."""
        return reply(page(_rows(call), call.query, "created_at", _shape))


class OneTag(Endpoint):
    def current(self, call: Call, **ids: Any) -> dict[str, Any]:
        _hold(call, ids["tag_id"])
        return _shape(found(_rows(call), ids["tag_id"]))

    @operation(
        "getTag",
        scopes=[Scope.RESPONSES_READ],
        answer=KnownTag,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def get(self, call: Call, tag_id: str) -> HttpResponse:
        """Return one tag."""
        return reply(_shape(found(_rows(call), tag_id)))

    @operation(
        "renameTag",
        scopes=[Scope.RESPONSES_WRITE],
        body=NamedTag,
        answer=KnownTag,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND, Kind.NAME_TAKEN],
        tagged=True,
    )
    def patch(self, call: Call, tag_id: str) -> HttpResponse:
        """Give a tag another name, on every response that wears it."""
        tag = _hold(call, tag_id)
        with refusing():
            rename_tag(tag_id=tag.pk, name=call.body["name"], actor=call.actor, now=call.now)
        return reply(_shape(found(_rows(call), tag_id)))

    @operation(
        "deleteTag",
        scopes=[Scope.RESPONSES_WRITE],
        answer={204: None},
        example={204: None},
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def delete(self, call: Call, tag_id: str) -> HttpResponse:
        """Take a tag off every response and forget it."""
        delete_tag(tag_id=_hold(call, tag_id).pk, actor=call.actor, now=call.now)
        return gone()


def _rows(call: Call) -> QuerySet[Tag]:
    only_for_all(call.caller, BEYOND)
    return Tag.objects.annotate(responses=Count("taggings"))


def _hold(call: Call, tag_id: str) -> Tag:
    only_for_all(call.caller, BEYOND)
    return found(Tag.objects.select_for_update(), tag_id)


def _shape(tag: Tag) -> dict[str, Any]:
    return {
        "id": str(tag.pk),
        "url": f"/api/v1/tags/{tag.pk}",
        "name": tag.name,
        "responses": tag.responses,  # type: ignore[attr-defined]
        "created_at": moment(tag.created_at),
    }
