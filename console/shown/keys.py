"""API keys as lines of a list: what each may do and whether it works."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import ApiKey
from accounts.rules.scopes import EVERYTHING


@dataclass(frozen=True, kw_only=True)
class Line:
    """One key with its state in words."""

    key: ApiKey
    state: str  # works, revoked, expired
    scopes: str
    programme: str


def lines_of(keys: Iterable[ApiKey], programmes: Mapping[int, str], now: datetime) -> list[Line]:
    return [
        Line(
            key=key,
            state=_state(key, now),
            scopes="everything" if set(key.scopes) == set(EVERYTHING) else ", ".join(key.scopes),
            programme=programmes.get(key.programme_id or 0, ""),
        )
        for key in keys
    ]


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= now else "works"
