"""Tags of responses: words of yours that find again what belongs together."""

from typing import Any, ClassVar

from django.db.models.functions import Lower
from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Body, Id, Identifier
from api.operations import operation
from api.paging import found
from api.problems import Kind
from api.refusals import refusing
from api.v1.responses import rows
from surveys.actions.tagging import tag_responses, untag_responses
from surveys.models import Response, Tag
from surveys.models.tags import TAG_LENGTH


class TagBody(Body):
    """A tag by its name, in any case; made if it is new."""

    name = Identifier(max_length=TAG_LENGTH)

    example: ClassVar[dict[str, Any]] = {"name": "slow"}


class TagAnswer(serializers.Serializer[Any]):
    """One tag of a response."""

    id = Id()
    name = serializers.CharField()


class TagsAnswer(serializers.Serializer[Any]):
    """The tags that are on a response now, by name."""

    items = TagAnswer(many=True)


TAGS = {"items": [{"id": "12", "name": "slow"}]}


class ResponseTags(Endpoint):
    @operation(
        "listResponseTags",
        scopes=[Scope.RESPONSES_READ],
        answer=TagsAnswer,
        example=TAGS,
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, response_id: str) -> HttpResponse:
        """List the tags of a response."""
        return _tags(found(rows(call), response_id))

    @operation(
        "tagResponse",
        scopes=[Scope.RESPONSES_WRITE],
        body=TagBody,
        answer=TagsAnswer,
        example=TAGS,
        problems=[Kind.NOT_FOUND],
    )
    def post(self, call: Call, response_id: str) -> HttpResponse:
        """Put a tag on a response; one that is on it already stays."""
        response = found(rows(call), response_id)
        with refusing():
            tag_responses(
                organisation_id=call.organisation_id,
                response_ids=[response.pk],
                name=call.body["name"],
                actor=call.actor,
                now=call.now,
            )
        return _tags(response)


class OneResponseTag(Endpoint):
    @operation(
        "untagResponse",
        scopes=[Scope.RESPONSES_WRITE],
        answer=TagsAnswer,
        example={"items": []},
        problems=[Kind.NOT_FOUND],
    )
    def delete(self, call: Call, response_id: str, tag_id: str) -> HttpResponse:
        """Take a tag off a response; the tag itself stays."""
        response = found(rows(call), response_id)
        tag = found(Tag.objects.filter(taggings__response=response), tag_id)
        untag_responses(response_ids=[response.pk], tag_id=tag.pk, actor=call.actor, now=call.now)
        return _tags(response)


def _tags(response: Response) -> HttpResponse:
    worn = Tag.objects.filter(taggings__response=response).order_by(Lower("name"))
    return reply({"items": [{"id": str(tag.pk), "name": tag.name} for tag in worn]})
