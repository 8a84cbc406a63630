"""What an audit entry may hold: the fields that changed, as plain values, and never a secret."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

SECRETS = ("password", "secret", "token", "sha256", "otp", "recovery", "cookie", "session")


class SecretInAudit(ValueError):
    """Raised when a change would put a secret where everybody with the audit trail reads it."""


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both sides without the fields that have the same value on both."""
    same = {name for name in before.keys() & after.keys() if before[name] == after[name]}
    return (
        {name: value for name, value in before.items() if name not in same},
        {name: value for name, value in after.items() if name not in same},
    )


def as_stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as JSON holds them."""
    for name in values:
        if any(word in name.lower() for word in SECRETS):
            raise SecretInAudit(name)
    stored: dict[str, Any] = json.loads(json.dumps(dict(values), default=_plain))
    return stored


def _plain(value: object) -> str | list[Any]:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} does not belong into the audit trail")
