"""Pages of long lists by the key of their last row: no page is skipped or doubled by new rows."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")
LONGEST = 600


class BadKey(ValueError):
    """The text is no key that this list has given out."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and the key after which the next ones begin; None on the last page."""

    rows: Sequence[T]
    after: str | None


def page_of(rows: Sequence[T], size: int, key: Callable[[T], Sequence[str | int]]) -> Page[T]:
    """Cut a list that was read with one row too many, which tells that there are more."""
    shown = rows[:size]
    return Page(shown, write_key(key(shown[-1])) if len(rows) > size else None)


def write_key(values: Sequence[str | int]) -> str:
    """Return the key of a row as one word for an address."""
    text = json.dumps(list(values), separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_key(text: str, *types: type) -> list[str | int]:
    """Return the values of a key; raises BadKey unless they have exactly these types."""
    values = _values(text) if len(text) <= LONGEST else None
    if not isinstance(values, list) or [type(value) for value in values] != list(types):
        raise BadKey("This place in the list does not exist.")
    if any(isinstance(value, str) and "\x00" in value for value in values):
        raise BadKey("This place in the list does not exist.")
    if any(isinstance(value, int) and abs(value) >= 2**63 for value in values):
        raise BadKey("This place in the list does not exist.")
    return values


def read_day_key(text: str) -> tuple[date, int]:
    """Return the day and the id of a key of a list that is ordered by both."""
    day, row_id = read_key(text, str, int)
    try:
        return date.fromisoformat(str(day)), int(row_id)
    except ValueError as error:
        raise BadKey("This place in the list does not exist.") from error


def _values(text: str) -> object:
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        return json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeError, binascii.Error, ValueError, RecursionError):
        return None
