"""Lists by cursor: newest first by (moment, id), so that rows arriving meanwhile shift nothing."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from api.fields import REFUSED, Query, Text, Whole, row_id
from api.problems import Kind, Problem

M = TypeVar("M", bound=Model)
R = TypeVar("R")

MOST = 200
USUAL = 50


@dataclass(frozen=True)
class Position:
    """The last row of the page before: everything after it sorts behind it."""

    at: datetime
    id: int

    def write(self) -> str:
        raw = json.dumps([self.at.isoformat(), str(self.id)], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_position(text: str) -> Position | None:
    """Return the position a cursor holds, or None for anything we did not write."""
    try:
        padded = text.encode() + b"=" * (-len(text) % 4)
        at, number = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        last_id, moment = row_id(number), datetime.fromisoformat(at)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return None
    return Position(moment, last_id) if last_id is not None and moment.tzinfo else None


@extend_schema_field({"type": "string", "pattern": "^[-_A-Za-z0-9]+$", "maxLength": 200})
class Cursor(Text):
    """Where the page before ended; only what we wrote is understood."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        position = read_position(super().run_validation(data))
        if position is None:
            sentence = "Send the `next_cursor` of the page before, unchanged."
            raise ValidationError(sentence, REFUSED)
        return position


class Paged(Query):
    """The parameters of every list."""

    cursor = Cursor(required=False, max_length=200, help_text="`next_cursor` of the page before.")
    limit = Whole(
        required=False,
        min_value=1,
        max_value=MOST,
        default=USUAL,
        help_text=f"Rows on a page, {MOST} at most.",
    )


def page(
    rows: QuerySet[M, R],
    query: dict[str, Any],
    by: str,
    shape: Callable[[R], dict[str, Any]],
) -> dict[str, Any]:
    """Return one page of the rows, newest first by (`by`, id), and where the next one begins."""
    limit: int = query["limit"]
    position: Position | None = query.get("cursor")
    if position is not None:
        rows = rows.filter(_behind(by, position))
    ahead = list(rows.order_by(f"-{by}", "-id")[: limit + 1])
    more: Any = ahead[limit - 1] if len(ahead) > limit else None
    return {
        "items": [shape(row) for row in ahead[:limit]],
        "next_cursor": Position(getattr(more, by), more.pk).write() if more else None,
    }


def _behind(by: str, position: Position) -> Q:
    # The first condition alone bounds the index scan; the second one settles equal moments.
    return Q(**{f"{by}__lte": position.at}) & (
        Q(**{f"{by}__lt": position.at}) | Q(id__lt=position.id)
    )


def found(rows: QuerySet[M, R], text: str) -> R:
    """Return the row an id names; no id, a random one and another organisation's are one 404."""
    number = row_id(text)
    row = None if number is None else rows.filter(pk=number).first()
    if row is None:
        raise Problem(Kind.NOT_FOUND)
    return row


def page_of(item: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """Return the serializer that describes a page of these items."""
    fields = {
        "items": item(many=True),
        "next_cursor": serializers.CharField(
            allow_null=True, help_text="Send it as `cursor` for the next page; null on the last."
        ),
    }
    return type(f"{item.__name__}Page", (serializers.Serializer,), fields)
