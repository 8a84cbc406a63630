"""Declares an endpoint's method once: what the door checks is what the description says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import KEY_FORM, KEY_HEADER, LONGEST_KEY, Operation
from api.fields import Body, Query
from api.problems import CONTENT_TYPE, Kind, Problem

H = TypeVar("H", bound=Callable[..., Any])
Shape = type[serializers.Serializer[Any]]

ALWAYS = (
    Kind.INVALID_INPUT,
    Kind.KEY_REFUSED,
    Kind.SCOPE_MISSING,
    Kind.SERVER_ERROR,
    Kind.UNAVAILABLE,
)
WITH_QUERY = (Kind.INPUT_REFUSED,)
WITH_BODY = (
    Kind.NOT_JSON,
    Kind.STILL_RUNNING,
    Kind.LENGTH_REQUIRED,
    Kind.BODY_TOO_LARGE,
    Kind.UNSUPPORTED_MEDIA_TYPE,
    Kind.INPUT_REFUSED,
    Kind.KEY_REUSED,
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


def operation(
    name: str,
    *,
    scopes: Sequence[Scope],
    answer: Shape | Mapping[int, Any],
    example: Any,
    query: type[Query] | None = None,
    body: type[Body] | None = None,
    problems: Iterable[Kind] = (),
) -> Callable[[H], H]:
    """Make a method of an Endpoint one operation of the API, called `name` in clients.

    `answer` and `example` stand for 200, or for each status when they are mappings.
    """
    answers = answer if isinstance(answer, Mapping) else {200: answer}
    examples = example if isinstance(answer, Mapping) else {200: example}
    kinds = {*ALWAYS, *problems, *(WITH_BODY if body else ()), *(WITH_QUERY if query else ())}
    described = {
        (status, "application/json"): _answer(name, status, answers[status], examples[status])
        for status in answers
    }

    def decorate(method: H) -> H:
        method.operation = Operation(scopes=frozenset(scopes), query=query, body=body)  # type: ignore[attr-defined]
        return extend_schema(
            operation_id=name,
            parameters=[*([query] if query else []), *_headers(list(answers), body)],
            request=body,
            responses={**described, **_refusals(kinds)},
            examples=_body_examples(body),
        )(method)

    return decorate


_MEANING = {200: "Done.", 201: "Created; `Location` is its address."}


def _answer(name: str, status: int, shape: Any, example: Any) -> OpenApiResponse:
    return OpenApiResponse(
        shape,
        description=_MEANING[status],
        examples=[OpenApiExample(name, value=example, status_codes=[str(status)])],
    )


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


def _headers(statuses: Sequence[int], body: type[Body] | None) -> list[OpenApiParameter]:
    sent = [_answer_header("WWW-Authenticate", "Always `Bearer`.", 401)]
    sent.append(_answer_header("Retry-After", "Seconds to wait.", 503))
    if body is None:
        return sent
    sent += [_answer_header("Idempotent-Replayed", "`true` on a kept answer.", *statuses)]
    if 201 in statuses:
        sent.append(_answer_header("Location", "The address of what was created.", 201))
    return [_key_header(), *sent]


def _answer_header(name: str, description: str, *statuses: int) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        str,
        OpenApiParameter.HEADER,
        description=description,
        response=[str(status) for status in statuses],
    )


def _key_header() -> OpenApiParameter:
    return OpenApiParameter(
        KEY_HEADER,
        {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": KEY_FORM},
        OpenApiParameter.HEADER,
        description=(
            "Makes a retry safe: the same key with the same body is answered from the record "
            "for 24 hours and changes nothing. Use a new UUID for each new request."
        ),
    )
