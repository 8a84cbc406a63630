"""Whole bodies and queries: exactly these keys, a fault for each wrong one, no key unknown."""

import re
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any, ClassVar

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from api.fields.sharing import REFUSED, type_of
from api.parsing import MOST_FAULTS, escaped
from api.problems import Fault, Kind, Problem
from kit import texts


class Body(serializers.Serializer[Any]):
    """A JSON object with exactly these keys; an unknown one is refused, never ignored."""

    example: ClassVar[dict[str, Any]] = {}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := set(data) - set(self.fields)):
            sentence = f"Unknown key. Known are: {', '.join(self.fields)}."
            raise ValidationError({key: [sentence] for key in sorted(unknown)[:MOST_FAULTS]})
        if not isinstance(data, Mapping):
            raise ValidationError(f"Expected an object, got {type_of(data)}.")
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

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            one = getattr(field, "child", field)
            if isinstance(one, serializers.ChoiceField):
                known = ", ".join(str(choice) or '""' for choice in one.choices)
                one.error_messages["invalid_choice"] = f"Expected one of: {known}."
        return fields

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
