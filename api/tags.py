"""ETags: what a caller has read is changed only as long as it still stands so."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from api.problems import Kind, Problem
from api.replies import reply

ANY = "*"
TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
LIST = re.compile(rf"\s*(?:{TAG}\s*,\s*)*{TAG}\s*")


def tag_of(content: bytes) -> str:
    """Return the tag of a representation: strong, for the same bytes alone have the same."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Name what is answered, or say that the caller has it already (304)."""
    if response.status_code not in (200, 201) or not response.content:
        return response
    tag = tag_of(response.content)
    if request.method in ("GET", "HEAD") and _has(request, tag):
        response = HttpResponse(status=304)
        del response["Content-Type"]
    response["ETag"] = tag
    return response


def _has(request: HttpRequest, tag: str) -> bool:
    held = _tags(request, "If-None-Match")
    return held is not None and (ANY in held or tag in {one.removeprefix("W/") for one in held})


def expected(request: HttpRequest, *, must: bool) -> list[str] | None:
    """Return the tags that the change is meant for; None: whatever stands there.

    Raises 428 where the address asks for them (`must`) and none came.
    """
    tags = _tags(request, "If-Match")
    if tags is None and must:
        raise Problem(Kind.PRECONDITION_REQUIRED)
    return tags


def check_match(tags: list[str], current: Mapping[str, Any]) -> None:
    """Refuse the change of what has become another since it was read (412).

    By the strong comparison of RFC 9110, 13.1.1: a weak tag never matches.
    """
    tag = tag_of(reply(current).content)
    if ANY not in tags and tag not in tags:
        raise Problem(Kind.PRECONDITION_FAILED, headers={"ETag": tag})


def _tags(request: HttpRequest, header: str) -> list[str] | None:
    text = request.headers.get(header)
    if text is None:
        return None
    if text.strip() == ANY:
        return [ANY]
    # What has no form of a tag names no state: nothing is recognised by it, and nothing changed.
    return re.findall(TAG, text) if LIST.fullmatch(text) else []
