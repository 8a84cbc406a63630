"""Pauses: for some time nobody new is asked, and what was to leave waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from surveys.rules.conditions import listed, text_of


@dataclass(frozen=True, slots=True)
class Pause:
    """From one moment until another, for all or for those whose property is one of the values."""

    reason: str
    begins_at: datetime
    ends_at: datetime | None = None
    key: str = ""
    values: tuple[str, ...] = ()

    @property
    def whom(self) -> str:
        """Of whom it speaks: where region is North."""
        return f"where {self.key} is {listed(self.values)}" if self.key else ""

    def covers(self, context: Mapping[str, Any]) -> bool:
        if not self.key:
            return True
        value = context.get(self.key)
        return value is not None and text_of(value) in {text_of(each) for each in self.values}

    def holds(self, at: datetime) -> bool:
        return self.begins_at <= at and (self.ends_at is None or at < self.ends_at)


def covering(pauses: Sequence[Pause], context: Mapping[str, Any], at: datetime) -> Pause | None:
    """Return the pause that keeps such a context waiting at this moment: the longest of them."""
    held = [each for each in pauses if each.holds(at) and each.covers(context)]
    for each in held:
        if each.ends_at is None:
            return each
    return max(held, key=lambda each: (each.ends_at, each.reason), default=None)
