"""What a log line and an event belong to: one request or one task, and who is behind it.

Numbers of rows only; what a person is called has no place in a log.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

Fact = str | int
LONGEST = 64
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")

_facts: ContextVar[dict[str, Fact] | None] = ContextVar("facts", default=None)


def begin(request_id: str, **facts: Fact) -> None:
    """Begin a request or a task; whatever was noted of the one before is gone."""
    _facts.set({"request_id": request_id, **facts})


def end() -> None:
    _facts.set(None)


def note(**facts: Fact | None) -> None:
    """Add to the request or task that runs, if one does."""
    known = _facts.get()
    if known is not None:
        known.update({name: fact for name, fact in facts.items() if fact is not None})


def facts() -> Mapping[str, Fact]:
    return _facts.get() or {}


def request_id() -> str:
    """Return by what name the running request or task is known, "" outside of both."""
    return str(facts().get("request_id", ""))


@contextmanager
def following(cause: str) -> Iterator[None]:
    """Run the block on behalf of an earlier request: its lines and events carry that one's id."""
    known = _facts.get()
    if known is None or not cause:
        yield
        return
    _facts.set({**known, "request_id": cause})
    try:
        yield
    finally:
        _facts.set(known)


def new_id() -> str:
    return secrets.token_hex(16)


def accepted(given: str) -> str:
    """Return the id that somebody before us gave this request, or a new one of ours.

    One that is too short to be unique, or holds more than letters, digits, dots, dashes and
    underscores, is not taken over: it would be printed wherever the request is.
    """
    return given if WELL_FORMED.fullmatch(given) else new_id()
