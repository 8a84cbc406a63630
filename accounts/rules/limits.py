"""How often somebody may fail before she has to wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FIVE_MINUTES = timedelta(minutes=5)


@dataclass(frozen=True)
class Limit:
    """At most so many tries in any window of this length."""

    name: str
    most: int
    window: timedelta = FIVE_MINUTES


PASSWORD_OF_ADDRESS = Limit("password:address", 5)
# An office behind one address has more than one person who mistypes.
PASSWORD_OF_NETWORK = Limit("password:network", 50)
CODE_OF_USER = Limit("code:user", 5)
RESET_OF_ADDRESS = Limit("reset:address", 5)
RESET_OF_NETWORK = Limit("reset:network", 20)


def recent(tries: Sequence[datetime], limit: Limit, now: datetime) -> list[datetime]:
    """Return the tries that still count."""
    return [at for at in tries if at > now - limit.window]


def is_full(tries: Sequence[datetime], limit: Limit, now: datetime) -> bool:
    """Tell whether one more try would be one too many; the window slides with the clock."""
    return len(recent(tries, limit, now)) >= limit.most
