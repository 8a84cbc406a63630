"""When a mail that was put off is tried again, and when nobody tries any more."""

from datetime import datetime, timedelta

DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
SPREAD = 0.2
GIVE_UP_AFTER = timedelta(hours=48)
# The delays add up to 17 h; 12 h are then repeated until 48 h are over, the shortest possible
# delay being 0.8 of each: the first try, six delays, and at most four more of 12 h.
MOST_TRIES = 1 + len(DELAYS) + 4


def delay(*, tries: int, chance: float) -> timedelta:
    """The pause after so many tries; `chance` in [0, 1) spreads it by a fifth either way."""
    planned = DELAYS[min(tries, len(DELAYS)) - 1]
    return planned * (1 - SPREAD + 2 * SPREAD * chance)


def next_try(
    *, tries: int, now: datetime, since: datetime, expires_at: datetime | None, chance: float
) -> datetime | None:
    """The time of the next try, or None when that would come too late for this mail."""
    last = since + GIVE_UP_AFTER
    if expires_at is not None:
        last = min(last, expires_at)
    again = now + delay(tries=tries, chance=chance)
    return again if again < last and tries < MOST_TRIES else None
