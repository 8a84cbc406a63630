"""What is answered: JSON as short as it can be, and the address of what was made."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

NAMES_ITS_PLACE = (201, 202)


def reply(data: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Return data as JSON; of what was created or begun, its own `url` is its Location."""
    return as_sent(json.dumps(data, ensure_ascii=False, separators=(",", ":")), status)


def gone() -> HttpResponse:
    """Say that it is done and that nothing is left to show: 204."""
    return as_sent("", 204)


def as_sent(body: str, status: int) -> HttpResponse:
    """Return a reply by its text, as it was sent first or as it is repeated."""
    response = HttpResponse(body, status=status, content_type="application/json")
    if not body:
        del response["Content-Type"]
    elif status in NAMES_ITS_PLACE:
        response["Location"] = json.loads(body)["url"]
    return response
