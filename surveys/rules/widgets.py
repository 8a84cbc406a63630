"""Where, when and how often a widget asks, and by which sites it may be loaded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kit.texts import is_line

LONGEST_PAGE = 200
MOST_LINES = 50
LONGEST_DELAY = 600  # seconds
LONGEST_REST = 365  # days; a signed identity lives at most as long as the shortest, a day
DEFAULT_PORTS = {"http": 80, "https": 443}
MOST_PORTS = 65536
ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[^\s/:@?#\[\]*]+)(?::([0-9]{1,5}))?/?")
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
HIDDEN = "…"  # in place of a part of a path that holds an address


class NoOrigin(ValueError):
    """What was written names no site."""


class NoPattern(ValueError):
    """What was written names no pages."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the script on a page decides by; `rest_days` holds for each visitor and customer."""

    pages: Sequence[str] = ("/*",)
    not_pages: Sequence[str] = ()
    delay_seconds: int = 10
    sample_percent: int = 100
    rest_days: int = 90

    def asks_on(self, path: str) -> bool:
        """Whether the widget may come on this page."""
        if any(is_on(pattern, path) for pattern in self.not_pages):
            return False
        return any(is_on(pattern, path) for pattern in self.pages)


def read_origin(text: str) -> str:
    """Return the origin as browsers write it: scheme, host and port, nothing else."""
    found = ORIGIN.fullmatch(text.strip().lower())
    if found is None:
        raise NoOrigin(text)
    scheme, name, port = found.groups()
    try:
        host = name.encode("idna").decode() if not name.startswith("[") else name
    except UnicodeError as wrong:
        raise NoOrigin(text) from wrong
    if not HOST.fullmatch(host) or (port and not 0 < int(port) < MOST_PORTS):
        raise NoOrigin(text)
    is_usual = not port or int(port) == DEFAULT_PORTS[scheme]
    return f"{scheme}://{host}" if is_usual else f"{scheme}://{host}:{int(port)}"


def read_pattern(text: str) -> str:
    """Return a path in which `*` stands for anything, such as /help/*."""
    pattern = text.strip()
    is_path = pattern.startswith("/") and not set(pattern) & set("?# ")
    if not is_path or not is_line(pattern) or len(pattern) > LONGEST_PAGE:
        raise NoPattern(text)
    return pattern


def is_on(pattern: str, path: str) -> bool:
    """Whether the path is one of the pattern's; respond/widget.js decides the same way."""
    first, *rest = pattern.split("*")
    if not rest:
        return path == pattern
    *middle, last = rest
    at, end = len(first), len(path) - len(last)
    if not path.startswith(first) or not path.endswith(last) or at > end:
        return False
    for part in middle:
        found = path.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def page_of(text: str) -> str:
    """The path as an answer keeps it: no query, no part that holds an address; "" if it is none."""
    path = text.partition("?")[0].partition("#")[0]
    if not path.startswith("/") or not is_line(path):
        return ""
    parts = [HIDDEN if "@" in part or "%40" in part else part for part in path.split("/")]
    return "/".join(parts)[:LONGEST_PAGE]
