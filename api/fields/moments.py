"""Moments and days in a body, and how the API writes them."""

import re
from datetime import UTC, date, datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from api.fields.sharing import REFUSED, type_of

MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


@extend_schema_field({"type": "string", "format": "date-time"})
class Moment(serializers.Field[datetime, Any, str, Any]):
    """A date and time with its offset from UTC; without one nobody knows which hour is meant."""

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str):
            raise ValidationError(f"Expected a date and time in quotes, got {type_of(data)}.")
        text = data.upper()
        if MOMENT.fullmatch(text + "Z"):
            raise ValidationError(
                "Add the offset from UTC, as in 2026-11-21T14:05:00+01:00 or "
                "2026-11-21T13:05:00Z: without it nobody knows which hour is meant."
            )
        if not MOMENT.fullmatch(text):
            raise ValidationError("Expected a date and time such as 2026-11-21T14:05:00+01:00.")
        return _moment(text)

    def to_representation(self, value: datetime) -> str:
        return moment(value)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValidationError("There is no such date and time in the calendar.") from error
    if found < EARLIEST:
        raise ValidationError("Expected a date and time after 1970-01-01T00:00:00Z.")
    return found


@extend_schema_field({"type": "string", "format": "date"})
class Day(serializers.Field[date, Any, str, Any]):
    """A day of the calendar."""

    def to_internal_value(self, data: Any) -> date:
        if not isinstance(data, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", data):
            raise ValidationError("Expected a day such as 2026-11-21.")
        try:
            found = date.fromisoformat(data)
        except ValueError as error:
            raise ValidationError("There is no such day in the calendar.") from error
        if found < EARLIEST.date():
            raise ValidationError("Expected a day after 1970-01-01.", REFUSED)
        return found

    def to_representation(self, value: date) -> str:
        return value.isoformat()


def moment(value: datetime) -> str:
    """Write a moment as the API answers it: ISO 8601 in UTC."""
    return value.astimezone(UTC).isoformat()[:-6] + "Z"
