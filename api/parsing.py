"""Reads JSON as strictly as it was meant: one object, each key once, numbers that exist."""

import json
import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.http.request import HttpRequest

from api.problems import Fault, Kind, Problem
from kit import texts

LIMIT = 1024 * 1024
DEEPEST = 16
LONGEST_NUMBER = 40
MOST_FAULTS = 20
# Escapes of what may not be stored; written plainly it is found in the text itself.
_ESCAPED = re.compile(r"\\(?:[bf]|u(?:00[0189]|007[fF]|20[26]|[dD][89a-fA-F]))")


def read_body(request: HttpRequest, limit: int = LIMIT) -> dict[str, Any]:
    """Return the JSON object in the request's body, or raise a Problem."""
    _check_headers(request, limit)
    return read_object(request.read(limit + 1), limit)


def read_nothing(request: HttpRequest) -> dict[str, Any]:
    """Refuse a body where none is taken: whoever sends one expects that it means something."""
    if "Transfer-Encoding" in request.headers or int(request.META.get("CONTENT_LENGTH") or 0):
        raise Problem(Kind.INVALID_INPUT, "This call takes no body; send none.")
    return {}


def _check_headers(request: HttpRequest, limit: int) -> None:
    """Refuse a body by its headers alone, before a byte of it is read."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(Kind.UNSUPPORTED_MEDIA_TYPE, "Send the body without Content-Encoding.")
    if "Transfer-Encoding" in request.headers and "Content-Length" not in request.headers:
        raise Problem(Kind.LENGTH_REQUIRED)
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
        raise _too_large(limit)
    if not int(request.META.get("CONTENT_LENGTH") or 0):
        raise Problem(Kind.NOT_JSON, "The body is empty; send one JSON object.")
    if request.content_type != "application/json":
        raise Problem(Kind.UNSUPPORTED_MEDIA_TYPE)
    if (request.content_params or {}).get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Problem(Kind.UNSUPPORTED_MEDIA_TYPE, "Send the body in UTF-8.")


def _too_large(limit: int) -> Problem:
    return Problem(Kind.BODY_TOO_LARGE, f"Keep a body within {limit // LIMIT} MiB.")


def read_object(raw: bytes, limit: int = LIMIT) -> dict[str, Any]:
    """Return the one JSON object in the bytes, or raise a Problem that says what is wrong."""
    if len(raw) > limit:
        raise _too_large(limit)
    text = _text(raw)
    found = _decode(text)
    if not isinstance(found, dict):
        raise Problem(Kind.NOT_JSON, "The body must be one JSON object, in braces.")
    if not _is_harmless(text, found) and (faults := list(islice(_faults(found), MOST_FAULTS))):
        raise Problem(Kind.INVALID_INPUT, faults[0].detail, faults)
    return found


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(Kind.NOT_JSON, f"Byte {error.start} is not UTF-8.") from error


def _is_harmless(text: str, found: dict[str, Any]) -> bool:
    """Tell by one look at the whole text what looking at each value would tell of a thousand."""
    if texts.has_hidden(text) or _ESCAPED.search(text):
        return False
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        level = [
            child
            for each in level
            for child in (each.values() if isinstance(each, dict) else each)
            if isinstance(child, dict | list)
        ]
        if not level:
            return True
    return False


def _decode(text: str) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_refuse_number,
            parse_float=_float,
            parse_int=_int,
        )
    except json.JSONDecodeError as error:
        sentence = f"Line {error.lineno}, column {error.colno}: {error.msg}."
        raise Problem(Kind.NOT_JSON, sentence) from error
    except RecursionError as error:
        raise Problem(Kind.NOT_JSON, _TOO_DEEP) from error


_TOO_DEEP = f"Objects and lists may be nested {DEEPEST} deep at most."


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a repeated key: two readers would each believe a different value."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise Problem(Kind.NOT_JSON, f"The key {_shown(twice)} stands twice in one object.")
    return found


def _refuse_number(text: str) -> Any:
    raise Problem(Kind.NOT_JSON, f"{_shown(text)} is no number that JSON has.")


def _float(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse_number(text)


def _int(text: str) -> int:
    return int(text) if len(text) <= LONGEST_NUMBER else _refuse_number(text)


def _faults(found: Any) -> Iterator[Fault]:
    waiting: list[tuple[Any, str, int]] = [(found, "#", 0)]
    while waiting:
        value, pointer, depth = waiting.pop()
        if isinstance(value, str):
            if texts.has_hidden(value):
                yield Fault(_HIDDEN, pointer)
        elif isinstance(value, dict | list):
            if depth == DEEPEST:
                yield Fault(_TOO_DEEP, pointer)
                return
            for key, child in _children(value):
                if texts.has_hidden(key):
                    yield Fault(_HIDDEN, pointer)
                else:
                    waiting.append((child, f"{pointer}/{escaped(key)}", depth + 1))


_HIDDEN = (
    "Holds a character that cannot be seen or stored: NUL, another control character, a lone "
    "surrogate or one that reverses the direction of the text. Take it out."
)


def _children(value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    else:
        yield from ((str(index), child) for index, child in enumerate(value))


def escaped(key: str) -> str:
    """Write a key as one step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _shown(text: str) -> str:
    """Quote a piece of the caller's text so that it is harmless in a log and short."""
    return ascii(text if len(text) <= 60 else f"{text[:60]}...")
