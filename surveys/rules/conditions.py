"""Conditions on the frozen context: of whom or of what a rule speaks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Any

Known = str | int | float | bool
# What a program sends as true, people type as yes.
_YES_AND_NO = {"true": "yes", "false": "no"}


class Comparison(StrEnum):
    """How a value is compared; the words stand in sentences between key and value."""

    IS = "is"
    IS_NOT = "is not"
    ONE_OF = "is one of"
    AT_LEAST = "is at least"
    AT_MOST = "is at most"
    KNOWN = "is known"


NUMERIC = frozenset({Comparison.AT_LEAST, Comparison.AT_MOST})


class ConditionIsWrong(ValueError):
    """The condition cannot be meant like this; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One property compared with what was written down; several conditions must all hold."""

    key: str
    test: Comparison
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.test is Comparison.KNOWN and self.values:
            raise ConditionIsWrong("“Is known” takes no value.")
        if self.test is not Comparison.KNOWN and not self.values:
            raise ConditionIsWrong("Say with which value to compare.")
        if self.test is not Comparison.ONE_OF and len(self.values) > 1:
            raise ConditionIsWrong("Choose “is one of” for more than one value.")
        if self.test in NUMERIC and _number(self.values[0]) is None:
            raise ConditionIsWrong("“At least” and “at most” compare numbers.")

    def holds(self, context: Mapping[str, Any]) -> bool:
        """Whether it holds; where nothing is known only “is not” does."""
        value = context.get(self.key)
        if value is None:
            return self.test is Comparison.IS_NOT
        if self.test is Comparison.KNOWN:
            return True
        if self.test in NUMERIC:
            return self._bounds(value)
        return _is_any(value, self.values) is not (self.test is Comparison.IS_NOT)

    def _bounds(self, value: Known) -> bool:
        bound, number = _number(self.values[0]), _number(value)
        if bound is None or number is None:
            return False
        return number >= bound if self.test is Comparison.AT_LEAST else number <= bound

    def __str__(self) -> str:
        return " ".join(filter(None, (self.key, self.test.value, listed(self.values))))

    def stored(self) -> dict[str, Any]:
        return {"key": self.key, "test": self.test.value, "values": list(self.values)}


def conditions_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """Read conditions as they were stored with `Condition.stored`."""
    return tuple(
        Condition(each["key"], Comparison(each["test"]), tuple(each["values"])) for each in stored
    )


def first_failing(conditions: Sequence[Condition], context: Mapping[str, Any]) -> Condition | None:
    if not conditions:
        return None
    return next((each for each in conditions if not each.holds(context)), None)


def _is_any(value: Known, values: Sequence[str]) -> bool:
    number = _number(value)
    return any(
        text_of(value) == text_of(each) or (number is not None and _number(each) == number)
        for each in values
    )


def text_of(value: Known) -> str:
    """The value as text that two spellings of the same thing share: yes and true are one."""
    text = str(value).casefold()
    return _YES_AND_NO.get(text, text)


def _number(value: Known) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if isfinite(number) else None


def listed(values: Sequence[str]) -> str:
    if len(values) < 2:
        return "".join(values)
    return f"{', '.join(values[:-1])} or {values[-1]}"


def split_values(typed: str) -> tuple[str, ...]:
    """Read values as somebody types them, with commas between."""
    return tuple(dict.fromkeys(each.strip() for each in typed.split(",") if each.strip()))
