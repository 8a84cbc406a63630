"""Truths, numbers, ids and named values: true is not 1, and "9" is not 9."""

import re
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from api.fields.sharing import LINE, NAME, type_of
from kit import texts

ID = "^(0|[1-9][0-9]{0,17})$"  # always fits a bigint
LARGEST_WHOLE = 2**53 - 1


class Flag(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise ValidationError(f"Expected true or false, got {type_of(data)}.")
        return data


def row_id(text: str) -> int | None:
    """Return the id a text names, or None: whatever is no id is as unknown as a random one."""
    return int(text) if re.fullmatch(ID, text) else None


@extend_schema_field({"type": "string", "pattern": ID})
class Id(serializers.Field[int, Any, str, Any]):
    """An id: a string in JSON, because JavaScript would round a long number."""

    def to_internal_value(self, data: Any) -> int:
        found = row_id(data) if isinstance(data, str) else None
        if found is None:
            raise ValidationError('Expected an id: digits in a string, such as "4711".')
        return found

    def to_representation(self, value: int) -> str:
        return str(value)


class Whole(serializers.IntegerField):
    """A whole number in a query, in plain digits."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str) or not re.fullmatch("[0-9]{1,9}", data):
            raise ValidationError("Expected a whole number in the digits 0 to 9.")
        return super().to_internal_value(data)


class Number(serializers.IntegerField):
    """A whole number in a body: 4 is one, "4" and true are not."""

    def to_internal_value(self, data: Any) -> int:
        is_whole = isinstance(data, int) or (isinstance(data, float) and data.is_integer())
        if isinstance(data, bool) or not is_whole:
            raise ValidationError(f"Expected a whole number, got {type_of(data)}.")
        return int(data)


PROPERTIES = {
    "type": "object",
    "maxProperties": 200,
    "propertyNames": {"pattern": NAME, "minLength": 1, "maxLength": 60},
    "additionalProperties": {
        "oneOf": [
            {"type": "string", "pattern": LINE, "maxLength": 500},
            {"type": "number", "minimum": -LARGEST_WHOLE, "maximum": LARGEST_WHOLE},
            {"type": "boolean"},
        ]
    },
}


@extend_schema_field(PROPERTIES)
class Properties(serializers.Field[dict[str, Any], Any, dict[str, Any], Any]):
    """Named values: text, numbers, true and false. The first value of a name gives its type."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise ValidationError(f"Expected an object of names and values, got {type_of(data)}.")
        if len(data) > PROPERTIES["maxProperties"]:  # type: ignore[operator]
            raise ValidationError("At most 200 names fit.")
        faults = {key: sentence for key in data if (sentence := _fault(key, data[key]))}
        if faults:
            raise ValidationError(faults)
        return data

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        return value


def _fault(key: str, value: Any) -> str:
    if not 0 < len(key) <= 60 or key != key.strip() or not texts.is_line(key):
        return "A name has 1 to 60 visible characters on one line, no spaces at its ends."
    if isinstance(value, str):
        fits = len(value) <= 500 and texts.is_line(value)
        return "" if fits else "Expected one line of at most 500 characters."
    if not isinstance(value, int | float):
        return f"Expected text, a number, true or false, got {type_of(value)}."
    return "" if abs(value) <= LARGEST_WHOLE else f"Numbers end at {LARGEST_WHOLE}."
