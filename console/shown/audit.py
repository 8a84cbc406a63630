"""Lines of the audit trail in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import AuditEntry


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field before and after."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """Who did what when."""

    at: datetime
    actor: str
    ip: str | None
    what: str
    changes: Sequence[Change]


def lines_of(entries: Sequence[AuditEntry]) -> list[Line]:
    return [
        Line(
            at=entry.at,
            actor=entry.actor,
            ip=entry.ip,
            what=_what(entry),
            changes=_changes(entry),
        )
        for entry in entries
    ]


def _what(entry: AuditEntry) -> str:
    """Write "customer.edited" of row 12 as "Customer 12 edited"."""
    noun, _, verb = entry.action.partition(".")
    number = f" {entry.object_id}" if entry.object_id is not None else ""
    return f"{noun.capitalize()}{number} {verb}".replace("_", " ").strip()


def _changes(entry: AuditEntry) -> list[Change]:
    names = sorted(entry.before.keys() | entry.after.keys())
    return [
        Change(
            name=name.replace("_", " "),
            old=_text(entry.before.get(name)),
            new=_text(entry.after.get(name)),
        )
        for name in names
        if _text(entry.before.get(name)) != _text(entry.after.get(name))
    ]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
