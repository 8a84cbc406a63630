"""The OpenAPI description: what drf-spectacular needs to be told of our keys and forms."""

import re
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.authentication import BaseAuthentication

from api.fields import ID, Body

EMPTY = {"type": "string", "maxLength": 0}
BOTH = 2  # the text, and the empty one beside it
# What stands in an address by its name; everything else there is an id.
NAMED = {
    "metric": {"type": "string", "enum": ["nps", "csat", "faces", "ces"]},
    "card": {"type": "string", "enum": ["service", "experience"]},
}
TAGS = [
    ("interactions", "Report what happened between you and a customer."),
    ("customers", "Who may be asked, and what is known of them."),
    ("companies", "Whom customers work for."),
    ("suppressions", "Addresses that are not asked, by whose wish, and lifting it."),
    ("decisions", "Who was asked, who was not, and why."),
    ("invitations", "Personal links, and how far each request came."),
    ("responses", "What customers answered."),
    ("tags", "Words of yours on responses: which there are, renamed and taken away."),
    ("metrics", "Scores with their intervals, and whether a change is more than chance."),
    ("annotations", "What happened on a day, such as a release, on the trends."),
    ("goals", "Which score each card of the overview is to reach."),
    ("benchmarks", "Somebody else's scores that the cards are held against."),
    ("properties", "By what figures can be split, and what is fast to split by."),
    ("imports", "Files that are brought in: checked first, then let in, with progress."),
    ("exports", "Answers and figures as files: made by a worker, kept for a day."),
    ("alerts", "Of which answers members and chats are told at once."),
    ("touchpoints", "Where customers meet you."),
    ("surveys", "What is asked, in versions that never change."),
    ("programmes", "Who is asked what, when and how often; and many at once."),
    ("sending", "Whether anything leaves at all, and how often people may be asked."),
    ("pauses", "Incidents in which nobody is asked."),
    ("webhooks", "Programs that are told what happens, and what they answered."),
    ("audit", "Who changed what, and when."),
]


class Key(BaseAuthentication):
    """Stands in the description for what `api.endpoints` checks by itself."""


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.schema.Key"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "cx_ + 8 + _ + 32 characters",
            "description": "A key from Settings > API keys.",
        }


class Schema(AutoSchema):
    """Names each operation's tag by its resource and closes every body to unknown keys."""

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        return [
            {
                "in": "path",
                "name": name,
                "required": True,
                "schema": NAMED.get(name, {"type": "string", "pattern": ID}),
                "description": "" if name in NAMED else "An id, as lists and answers give it.",
            }
            for name in variables
        ]

    def _get_request_body(self, direction: Any = "request") -> Any:
        body = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        return {**body, "required": True} if body else body

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        is_body = isinstance(serializer, Body) or (
            isinstance(serializer, type) and issubclass(serializer, Body)
        )
        if not is_body:
            return schema
        schema["properties"] = {
            name: _said_once(field) for name, field in schema.get("properties", {}).items()
        }
        one_of = [{"required": [name]} for name in getattr(serializer, "any_of", ())]
        return {**schema, "additionalProperties": False, **({"anyOf": one_of} if one_of else {})}


def _said_once(field: dict[str, Any]) -> dict[str, Any]:
    """Say once that a text may be empty: two forms of `oneOf` would fit it, which forbids it."""
    choices = field.get("oneOf", ())
    if len(choices) != BOTH or choices[1] != EMPTY:
        return field
    if not re.fullmatch(choices[0].get("pattern", ""), ""):
        return field
    rest = {name: value for name, value in field.items() if name != "oneOf"}
    return {**rest, **choices[0]}


def finish(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Describe the tags and link the operations; the generator knows neither."""
    _link(result["paths"])
    return {
        **result,
        "tags": [{"name": name, "description": sentence} for name, sentence in TAGS],
    }


# Whoever asks to ask somebody is answered the decision; the invitation stands in it.
WITHIN = {"createInvitation": "invitation/id"}
_ONE_OF = re.compile(r"^(?P<many>/api/v1/[^{]+)/\{(?P<id>[a-z]+_id)\}")


def _link(paths: dict[str, Any]) -> None:
    """Say of each answer what can be done next with the `id` that stands in it."""
    for path, methods in paths.items():
        for method, operation in methods.items():
            links = _links(path, paths)
            where = "items/0/id" if method == "get" and "{" not in path else "id"
            where = WITHIN.get(operation["operationId"], where)
            if links and not (method == "get" and "{" in path):
                _add_links(operation, links, where)


def _links(path: str, paths: dict[str, Any]) -> dict[str, str]:
    """The operations on one row of the list at this path, and the parameter that names the row."""
    return {
        operation["operationId"]: match["id"]
        for other, methods in paths.items()
        if (match := _ONE_OF.match(other)) and match["many"] == path
        for operation in methods.values()
    }


def _add_links(operation: dict[str, Any], links: dict[str, str], where: str) -> None:
    for status in ("200", "201"):
        if status in operation["responses"]:
            operation["responses"][status]["links"] = {
                name: {
                    "operationId": name,
                    "parameters": {parameter: f"$response.body#/{where}"},
                }
                for name, parameter in links.items()
            }
