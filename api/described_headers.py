"""The headers of calls and answers, and `expand`, as the description tells them."""

from collections.abc import Sequence

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from api.endpoints import Operation
from api.expanding import PARAMETER, Part
from api.once import KEY_FORM, KEY_HEADER, LONGEST_KEY


def asked_headers(made: Operation, *, is_read: bool) -> list[OpenApiParameter]:
    """What a call may carry beside its own query."""
    asked = [_expand(made.parts)] if made.parts else []
    if not is_read:
        asked.append(_key())
    if made.is_tagged:
        asked.append(_unless() if is_read else _only_if(must=made.must_match))
    return asked


def answered_headers(
    made: Operation, statuses: Sequence[int], *, is_read: bool
) -> list[OpenApiParameter]:
    """What its answers carry."""
    told = [
        _told("WWW-Authenticate", "Always `Bearer`.", 401),
        _told("Retry-After", "Seconds to wait.", 429, 503),
        _told("RateLimit-Policy", "How many calls a key may make in how many seconds.", *statuses),
        _told("RateLimit", "How many are left, and in how many seconds more are.", *statuses),
    ]
    if made.is_tagged:
        read = [304] if is_read else []
        with_content = [status for status in statuses if status in (200, 201)]
        told.append(_told("ETag", "Names exactly this state.", *with_content, *read))
    if not is_read:
        told.append(_told("Idempotent-Replayed", "`true` on a kept answer.", *statuses))
    if placed := [status for status in statuses if status in (201, 202)]:
        told.append(_told("Location", "The address of what was made.", *placed))
    return told


def _told(name: str, description: str, *statuses: int) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        str,
        OpenApiParameter.HEADER,
        description=description,
        response=[str(status) for status in statuses],
    )


def _key() -> OpenApiParameter:
    return OpenApiParameter(
        KEY_HEADER,
        {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": KEY_FORM},
        OpenApiParameter.HEADER,
        description=(
            "Makes a retry safe: the same key with the same body is answered from the record "
            "for 24 hours and changes nothing. Use a new UUID for each new request."
        ),
    )


def _unless() -> OpenApiParameter:
    return _tags("If-None-Match", "The ETag you hold: if it still stands, the answer is 304.")


def _only_if(*, must: bool) -> OpenApiParameter:
    sentence = "The ETag you read: if it no longer stands, nothing is changed and it is 412."
    return _tags("If-Match", sentence, must=must)


def _tags(name: str, description: str, *, must: bool = False) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        str,
        OpenApiParameter.HEADER,
        required=must,
        description=description,
        examples=[OpenApiExample("whatever stands there", value="*")],
    )


def _expand(parts: Sequence[Part]) -> OpenApiParameter:
    names = [part.name for part in parts]
    return OpenApiParameter(
        PARAMETER,
        {
            "type": "array",
            "items": {"type": "string", "enum": names},
            "minItems": 1,
            "uniqueItems": True,
        },
        explode=False,
        style="form",
        description="What to carry whole beside its id, with commas between the names: "
        + "; ".join(f"`{part.name}` (needs `{part.scope}`)" for part in parts)
        + ".",
    )
