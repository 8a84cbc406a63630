"""Every refusal the API knows, as RFC 9457 problem documents: a stable type and what to do."""

import json
import logging
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
PAGE = "/api/v1/problems"


class Kind(Enum):
    """The types: a name that never changes, a status, a title, and what to do when it comes."""

    BAD_REQUEST = (
        "bad-request",
        400,
        "The request is not understood",
        "Check the request line and the headers against the API's description.",
    )
    NOT_JSON = (
        "not-json",
        400,
        "The body is not JSON as the API reads it",
        "Send one JSON object in UTF-8, each key once, without NaN and without hidden characters.",
    )
    INVALID_INPUT = (
        "invalid-input",
        400,
        "Some of the input does not fit its description",
        "Correct each field named in `errors` and send the request again.",
    )
    KEY_REFUSED = (
        "key-refused",
        401,
        "The API key is missing or not valid",
        "Send `Authorization: Bearer cx_...` with a valid key from Settings > API keys.",
    )
    SCOPE_MISSING = (
        "scope-missing",
        403,
        "The API key may not do this",
        "Use a key that carries the scope named in `detail`; an owner makes it in Settings.",
    )
    TEST_KEY = (
        "test-key",
        403,
        "A test key changes nothing that is live",
        "Report, answer and ask with it; for everything else use a key that is not for tests.",
    )
    HOOK_REFUSED = (
        "hook-refused",
        403,
        "The report is not from the mail provider",
        "Give the provider the address with the user and password of ANYMAIL_WEBHOOK_SECRET.",
    )
    NOT_FOUND = (
        "not-found",
        404,
        "There is nothing here",
        "Check the address and the id; lists show the ids this key may see.",
    )
    CUSTOMER_MERGED = (
        "customer-merged",
        410,
        "This customer was merged into another",
        "Everything is with the customer whose address `Location` is; use her id from now on.",
    )
    METHOD_NOT_ALLOWED = (
        "method-not-allowed",
        405,
        "This address does not take this method",
        "Use one of the methods in the `Allow` header.",
    )
    INTERACTION_DIFFERS = (
        "interaction-differs",
        409,
        "This source_id is taken by a different interaction",
        "If it is another event of the same thing, send an id of its own, such as `4711/solved-2`.",
    )
    CUSTOMER_EXISTS = (
        "customer-exists",
        409,
        "This external_id or email means a customer already",
        "Update the customer named in `detail` instead, or send another external_id.",
    )
    RESPONSE_DIFFERS = (
        "response-differs",
        409,
        "This source_id is taken by a different response",
        "Nothing was changed. Correct what is stored with PATCH, or send an id of its own.",
    )
    COMPANY_EXISTS = (
        "company-exists",
        409,
        "Another company has this name or external_id",
        "Update that company instead, or send another name and external_id.",
    )
    NAME_TAKEN = (
        "name-taken",
        409,
        "Something else has this name",
        "Send another name, or change what has it.",
    )
    NOT_POSSIBLE_NOW = (
        "not-possible-now",
        409,
        "This cannot be done with it as it stands",
        "Read it again; `detail` says what stands in the way.",
    )
    STILL_RUNNING = (
        "still-running",
        409,
        "The first request with this Idempotency-Key has not finished",
        "Wait a second and send the same request again.",
    )
    PRECONDITION_FAILED = (
        "changed-meanwhile",
        412,
        "It has changed since you read it",
        "Read it again, decide whether your change is still right, and send its new ETag.",
    )
    PRECONDITION_REQUIRED = (
        "etag-needed",
        428,
        "This change must name what it changes",
        "Read it first and send its ETag as If-Match, so that nobody's work is overwritten.",
    )
    TOO_MANY_CALLS = (
        "too-many-calls",
        429,
        "Too many calls in a minute",
        "Wait as many seconds as `Retry-After` says. `RateLimit` tells what is left.",
    )
    LENGTH_REQUIRED = (
        "length-required",
        411,
        "The body has no length",
        "Send a Content-Length header; chunked bodies are not read.",
    )
    BODY_TOO_LARGE = (
        "body-too-large",
        413,
        "The body is too large",
        "Keep a body within 1 MiB.",
    )
    TOO_MANY_ITEMS = (
        "too-many-items",
        413,
        "There are too many items in one call",
        "Send at most 1,000 items and 1 MiB in one call, and the rest in the next.",
    )
    UNSUPPORTED_MEDIA_TYPE = (
        "unsupported-media-type",
        415,
        "The body is not of a type the API reads",
        "Send `Content-Type: application/json`, in UTF-8 and without compression.",
    )
    INPUT_REFUSED = (
        "input-refused",
        422,
        "The input is well formed but does not fit what is stored",
        "Correct each field named in `errors`; `detail` says against what it was checked.",
    )
    NOT_ALL = (
        "not-all",
        422,
        "Some of the items cannot be recorded, so none was",
        "Correct each item named in `errors`, or send `all_or_none` as false to record the others.",
    )
    KEY_REUSED = (
        "idempotency-key-reused",
        422,
        "This Idempotency-Key was used for a different request",
        "Use a new key for a new request; repeat a request with exactly the same body.",
    )
    SERVER_ERROR = (
        "server-error",
        500,
        "The server failed",
        "Nothing was stored. Send the same request again, best with an Idempotency-Key.",
    )
    UNAVAILABLE = (
        "unavailable",
        503,
        "The server cannot work at the moment",
        "Nothing was stored. Send the same request again in a few seconds.",
    )

    def __init__(self, slug: str, status: int, title: str, advice: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title
        self.advice = advice

    @property
    def uri(self) -> str:
        return f"{PAGE}#{self.slug}"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: in the body (`pointer`), the query or a header, and how."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None

    def as_json(self) -> dict[str, str]:
        where = {"pointer": self.pointer, "parameter": self.parameter, "header": self.header}
        return {"detail": self.detail, **{key: at for key, at in where.items() if at is not None}}


@dataclass
class Problem(Exception):
    """Raised to refuse a request; whatever the request did so far is rolled back."""

    kind: Kind
    detail: str = ""
    faults: list[Fault] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "type": self.kind.uri,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail or self.kind.advice,
            **({"errors": [fault.as_json() for fault in self.faults]} if self.faults else {}),
        }


def answer(problem: Problem) -> HttpResponse:
    """Return the problem document as a response."""
    return HttpResponse(
        json.dumps(problem.as_json(), ensure_ascii=False),
        status=problem.kind.status,
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store", **problem.headers},
    )


_OF_STATUS = {
    kind.status: kind
    for kind in (
        Kind.BAD_REQUEST,
        Kind.KEY_REFUSED,
        Kind.SCOPE_MISSING,
        Kind.NOT_FOUND,
        Kind.METHOD_NOT_ALLOWED,
        Kind.BODY_TOO_LARGE,
        Kind.UNSUPPORTED_MEDIA_TYPE,
        Kind.SERVER_ERROR,
        Kind.UNAVAILABLE,
    )
}


def of_status(status: int) -> Kind:
    """Return the kind that stands for a status somebody else chose, such as Django's own 404."""
    if status in _OF_STATUS:
        return _OF_STATUS[status]
    broad = HTTPStatus.BAD_REQUEST if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500
    return _OF_STATUS[broad]
