"""Fields that take exactly what their schema says: true is not 1, "9" is not 9, no key unknown."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache, cached_property, lru_cache
from typing import Any, ClassVar

from django.core.validators import (
    MaxLengthValidator,
    MinLengthValidator,
    ProhibitNullCharactersValidator,
)
from django.http import QueryDict
from drf_spectacular.utils import extend_schema_field
from email_validator import EmailNotValidError, validate_email
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from api.parsing import MOST_FAULTS, escaped
from api.problems import Fault, Kind, Problem
from kit import texts

HIDDEN = "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069"
SHOWN = f"[^{HIDDEN}\\t\\r\\n\\u2028\\u2029]"
LINE = f"^{SHOWN}*$"
_END = f"[^{HIDDEN}\\s\\u2028\\u2029]"
NAME = f"^{_END}({SHOWN}*{_END})?$"
REFUSED = "refused"  # the code of errors that the description cannot foresee: they become 422
ID = "^(0|[1-9][0-9]{0,17})$"  # always fits a bigint
LARGEST_WHOLE = 2**53 - 1
# What these say of a text is known by its length and by one look for hidden characters.
_FORESEEN = (
    MaxLengthValidator,
    MinLengthValidator,
    ProhibitNullCharactersValidator,
    ProhibitSurrogateCharactersValidator,
)


# --- what is sent in a body -------------------------------------------------------------------


class Text(serializers.CharField):
    """Text is stored as it came: nothing is trimmed, cut or turned into text from a number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)
        self._asks_more = any(not isinstance(one, _FORESEEN) for one in self.validators)

    def run_validators(self, value: str) -> None:
        fits = (self.min_length or 0) <= len(value) <= (self.max_length or len(value))
        if self._asks_more or not fits or texts.has_hidden(value):
            super().run_validators(value)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not None and data is not serializers.empty and not isinstance(data, str):
            raise ValidationError(f"Expected text in quotes, got {_type_of(data)}.")
        return super().run_validation(data)


@extend_schema_field({"type": "string", "pattern": LINE})
class Line(Text):
    """One visible line, or empty where `allow_blank`."""

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if not texts.is_line(text):
            raise ValidationError("Expected one line without tabs, breaks or hidden characters.")
        return text


@extend_schema_field({"type": "string", "pattern": f"^[^{HIDDEN}]*$"})
class Words(Text):
    """What somebody wrote, on as many lines as it takes; whole bodies refuse what is hidden."""


@extend_schema_field({"type": "string", "pattern": NAME, "minLength": 1})
class Identifier(Line):
    """One visible line that neither begins nor ends with a space: "4711 " is hardly "4711"."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if text != text.strip():
            raise ValidationError("Take out the spaces at the beginning or the end.")
        return text


@extend_schema_field({"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "minLength": 1})
class Slug(Text):
    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if not re.fullmatch(r"[-a-zA-Z0-9_]+", text):
            raise ValidationError("Expected a slug: letters, digits, hyphens and underscores.")
        return text


LONGEST_ADDRESS = 254
# Most are of these letters; whatever else stands before the @ is read by all of the grammar.
PLAIN = re.compile(r"(?=.{1,64}$)[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*")


@lru_cache(maxsize=10_000)
def _is_domain(domain: str) -> bool:
    """Many people share a domain; no address is remembered here."""
    if not domain.isascii():
        return False
    try:
        validate_email(f"a@{domain}", check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


@extend_schema_field({"type": "string", "format": "email"})
class Address(Line):
    """One e-mail address, kept as it was written; a list or a display name is refused."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        local, _, domain = text.rpartition("@")
        if len(text) <= LONGEST_ADDRESS and PLAIN.fullmatch(local) and _is_domain(domain):
            return text
        try:
            validate_email(text, check_deliverability=False)
        except EmailNotValidError as error:
            raise ValidationError(f"Expected one e-mail address. {error}", REFUSED) from error
        return text


class Flag(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise ValidationError(f"Expected true or false, got {_type_of(data)}.")
        return data


MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


@extend_schema_field({"type": "string", "format": "date-time"})
class Moment(serializers.Field[datetime, Any, str, Any]):
    """A date and time with its offset from UTC; without one nobody knows which hour is meant."""

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str):
            raise ValidationError(f"Expected a date and time in quotes, got {_type_of(data)}.")
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
            raise ValidationError(f"Expected an object of names and values, got {_type_of(data)}.")
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
        return f"Expected text, a number, true or false, got {_type_of(value)}."
    return "" if abs(value) <= LARGEST_WHOLE else f"Numbers end at {LARGEST_WHOLE}."


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {str: "text", int: "a number", float: "a number", dict: "an object", list: "a list"}
    return names.get(type(value), "null")


# --- what stands in an address ----------------------------------------------------------------


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
            raise ValidationError(f"Expected a whole number, got {_type_of(data)}.")
        return int(data)


# --- whole bodies and queries -----------------------------------------------------------------


class Body(serializers.Serializer[Any]):
    """A JSON object with exactly these keys; an unknown one is refused, never ignored."""

    example: ClassVar[dict[str, Any]] = {}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := set(data) - set(self.fields)):
            sentence = f"Unknown key. Known are: {', '.join(self.fields)}."
            raise ValidationError({key: [sentence] for key in sorted(unknown)[:MOST_FAULTS]})
        if not isinstance(data, Mapping):
            raise ValidationError(f"Expected an object, got {_type_of(data)}.")
        return self._known(data)

    def _known(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Read each field as the framework would; what was not sent costs next to nothing."""
        values, errors = {}, {}
        for name, field, settled, may_miss in self._plan:
            if may_miss and name not in data:
                continue
            try:
                found = field.run_validation(data.get(name, serializers.empty))
                values[name] = settled(found) if settled else found
            except ValidationError as error:
                errors[name] = error.detail
        if errors:
            raise ValidationError(errors)
        return values

    @cached_property
    def _plan(self) -> list[tuple[str, Any, Callable[[Any], Any] | None, bool]]:
        """Each field: its name, a look at it of this form's own, whether it may be left out."""
        return [
            (
                name,
                field,
                getattr(self, f"validate_{name}", None),
                not field.required and field.default is serializers.empty,
            )
            for name, field in self.fields.items()
        ]

    def run_validators(self, value: Any) -> None:
        if self.validators:
            super().run_validators(value)

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked values, or raise a Problem with a pointer for each fault."""
        try:
            return dict(cls.form().run_validation(sent))
        except ValidationError as error:
            faults = faults_of(error.detail, "#")
            raise Problem(kind_of(error.detail), faults[0].detail, faults) from error

    @classmethod
    @cache
    def form(cls) -> "Body":
        """The form of this class, made once: it remembers nothing of what it has read."""
        return cls()


class Query(Body):
    """The parameters behind the question mark; an unknown one is refused.

    Each may be sent once, those that are lists several times.
    """

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> dict[str, Any]:
        assert isinstance(sent, QueryDict)
        lists = {
            name
            for name, field in cls.form().fields.items()
            if isinstance(field, serializers.ListField)
        }
        twice = [key for key, values in sent.lists() if len(values) > 1 and key not in lists]
        if twice:
            faults = [Fault("Send this parameter once.", parameter=key) for key in twice]
            raise Problem(Kind.INVALID_INPUT, faults[0].detail, faults)
        said = sent.dict() | {key: sent.getlist(key) for key in lists & sent.keys()}
        try:
            return dict(cls.form().run_validation(said))
        except ValidationError as error:
            faults = [_parameter_fault(fault) for fault in faults_of(error.detail, "#")]
            raise Problem(kind_of(error.detail), faults[0].detail, faults) from error


def _parameter_fault(fault: Fault) -> Fault:
    # A list's parameter has one name, whichever of its values is wrong.
    pointer = re.sub(r"/\d+$", "", fault.pointer or "#/")
    name = pointer.removeprefix("#/").replace("~1", "/").replace("~0", "~")
    shown = name if texts.is_line(name) else ascii(name)
    return Fault(fault.detail, parameter=shown[:100])


def kind_of(errors: Any) -> Kind:
    """422 where the form fits its description and only the sense does not, else 400."""
    return Kind.INPUT_REFUSED if _codes(errors) == {REFUSED} else Kind.INVALID_INPUT


def _codes(errors: Any) -> set[str | None]:
    if isinstance(errors, ErrorDetail):
        return {errors.code}
    inner = errors.values() if isinstance(errors, Mapping) else errors
    return {code for each in inner for code in _codes(each)}


def faults_of(errors: Any, pointer: str) -> list[Fault]:
    """Return each fault with its pointer, from DRF's nested errors."""
    if isinstance(errors, ErrorDetail | str):
        return [Fault(str(errors), pointer)]
    if isinstance(errors, Mapping):
        return [
            fault
            for key, inner in errors.items()
            for fault in faults_of(
                inner, pointer if key == "non_field_errors" else f"{pointer}/{escaped(str(key))}"
            )
        ]
    return [fault for inner in errors for fault in faults_of(inner, pointer)]
