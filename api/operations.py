"""Declares an endpoint's method once: what the door checks is what the description says."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    extend_schema,
)
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api import parsing
from api.described_headers import answered_headers, asked_headers
from api.endpoints import Operation
from api.expanding import Part, with_parts
from api.fields import Body, Query
from api.problems import CONTENT_TYPE, Kind, Problem


@dataclass(frozen=True)
class File:
    """An answer that is no JSON: bytes of one of these types."""

    content_types: Sequence[str]


H = TypeVar("H", bound=Callable[..., Any])
Shape = type[serializers.Serializer[Any]]

ALWAYS = (
    Kind.INVALID_INPUT,
    Kind.KEY_REFUSED,
    Kind.SCOPE_MISSING,
    Kind.TOO_MANY_CALLS,
    Kind.SERVER_ERROR,
    Kind.UNAVAILABLE,
)
WITH_CHANGE = (Kind.STILL_RUNNING, Kind.KEY_REUSED)
WITH_BODY = (
    Kind.NOT_JSON,
    Kind.LENGTH_REQUIRED,
    Kind.BODY_TOO_LARGE,
    Kind.UNSUPPORTED_MEDIA_TYPE,
    Kind.INPUT_REFUSED,
)


class FaultDocument(serializers.Serializer[Any]):
    """One thing that is wrong, and where it stands."""

    detail = serializers.CharField()
    pointer = serializers.CharField(required=False, help_text="JSON pointer into the body.")
    parameter = serializers.CharField(required=False, help_text="Name of a query parameter.")
    header = serializers.CharField(required=False, help_text="Name of a header.")


class ProblemDocument(serializers.Serializer[Any]):
    """A refusal by RFC 9457. `type` never changes; `detail` says what to do."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FaultDocument(many=True, required=False)  # type: ignore[assignment]


def operation(  # noqa: PLR0913  (a declaration: what is not said has its usual value)
    name: str,
    *,
    scopes: Sequence[Scope],
    answer: Shape | Mapping[int, Any] | None = None,
    example: Any = None,
    query: type[Query] | None = None,
    body: type[Body] | None = None,
    problems: Iterable[Kind] = (),
    tagged: bool = False,
    must_match: bool = False,
    expands: Sequence[Part] = (),
    for_tests: bool = False,
    largest: int = parsing.LIMIT,
) -> Callable[[H], H]:
    """Make a method of an Endpoint one operation of the API, called `name` in clients.

    `answer` and `example` stand for 200, or for each status when they are mappings; 204 has None
    for both. `tagged`, `must_match`, `expands` and `for_tests` are told in `api.endpoints`.
    """
    answers = answer if isinstance(answer, Mapping) else {200: answer}
    examples = example if isinstance(answer, Mapping) else {200: example}
    parts = tuple(expands)
    made = Operation(
        scopes=frozenset(scopes),
        query=query,
        body=body,
        parts=parts,
        is_tagged=tagged,
        must_match=must_match,
        is_for_tests=for_tests,
        largest=largest,
    )

    def decorate(method: H) -> H:
        is_read = method.__name__ == "get"
        method.operation = made  # type: ignore[attr-defined]
        kinds = {*ALWAYS, *problems, *_kinds(made, is_read=is_read)}
        return extend_schema(
            operation_id=name,
            summary=(inspect.getdoc(method) or "").splitlines()[0].rstrip("."),
            parameters=[
                *([query] if query else []),
                *asked_headers(made, is_read=is_read),
                *answered_headers(made, list(answers), is_read=is_read),
            ],
            request=body,
            responses={
                **_answers(name, answers, examples, parts),
                **({(304, CONTENT_TYPE): _unchanged()} if tagged and is_read else {}),
                **_refusals(kinds),
            },
            examples=_body_examples(body),
        )(method)

    return decorate


def _kinds(made: Operation, *, is_read: bool) -> Iterator[Kind]:
    if made.query or made.parts:
        yield Kind.INPUT_REFUSED
    if not is_read:
        yield from WITH_CHANGE
        if not made.is_for_tests:
            yield Kind.TEST_KEY
    if made.body:
        yield from WITH_BODY
    if made.is_tagged and not is_read:
        yield Kind.PRECONDITION_FAILED
    if made.must_match:
        yield Kind.PRECONDITION_REQUIRED


_MEANING = {
    200: "Done.",
    201: "Created; `Location` is its address.",
    202: "Begun; `Location` is where its progress is read.",
    204: "Done; nothing is left to show.",
}


def _answers(
    name: str, answers: Mapping[int, Any], examples: Mapping[int, Any], parts: tuple[Part, ...]
) -> dict[Any, OpenApiResponse]:
    found: dict[Any, OpenApiResponse] = {}
    for status, shape in answers.items():
        if shape is None:
            found[status] = OpenApiResponse(description=_MEANING[status])
            continue
        if isinstance(shape, File):
            for content_type in shape.content_types:
                found[status, content_type] = _file(name, content_type, examples[status])
            continue
        described = with_parts(shape, parts) if parts else shape
        found[status, "application/json"] = _answer(name, status, described, examples[status])
    return found


def _answer(name: str, status: int, shape: Any, example: Any) -> OpenApiResponse:
    return OpenApiResponse(
        shape,
        description=_MEANING[status],
        examples=[OpenApiExample(name, value=example, status_codes=[str(status)])],
    )


def _file(name: str, content_type: str, example: Mapping[str, Any]) -> OpenApiResponse:
    shown = OpenApiExample(
        name, value=example[content_type], media_type=content_type, status_codes=["200"]
    )
    return OpenApiResponse(OpenApiTypes.BINARY, description="The file.", examples=[shown])


def _unchanged() -> OpenApiResponse:
    return OpenApiResponse(description="What you hold (`If-None-Match`) still stands.")


def _refusals(kinds: Iterable[Kind]) -> dict[Any, OpenApiResponse]:
    by_status = groupby(sorted(kinds, key=attrgetter("status", "slug")), attrgetter("status"))
    return {
        (status, CONTENT_TYPE): _refusal(status, list(of_status)) for status, of_status in by_status
    }


def _refusal(status: int, kinds: list[Kind]) -> OpenApiResponse:
    return OpenApiResponse(
        ProblemDocument,
        description=" ".join(f"`{kind.slug}`: {kind.title}." for kind in kinds),
        examples=[
            OpenApiExample(
                kind.slug,
                value=Problem(kind).as_json(),
                media_type=CONTENT_TYPE,
                status_codes=[str(status)],
            )
            for kind in kinds
        ],
    )


def _body_examples(body: type[Body] | None) -> list[OpenApiExample]:
    if body is None:
        return []
    return [OpenApiExample(body.__name__, value=body.example, request_only=True)]
