"""What an answer means, when to try again, and when to stop trying."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# After the first try: what Standard Webhooks proposes, about four days in all.
PAUSES: Sequence[timedelta] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
    timedelta(hours=24),
)
JITTER = 0.2  # at most so much is added, so that what failed together does not return together
# An address that answered nothing at all rests, with everything it is to be told.
FIRST_REST = timedelta(seconds=15)
LONGEST_REST = timedelta(minutes=15)
LONGEST_ASKED = timedelta(hours=24)  # of a Retry-After
# Nothing but failures for so long: it is switched off.
PATIENCE = timedelta(days=5)


class Outcome(StrEnum):
    DELIVERED = "delivered"
    AGAIN = "again"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Tried:
    """What one try came to."""

    took_ms: int
    status: int | None = None
    error: str = ""
    answer: str = ""
    retry_after: int | None = None

    @property
    def outcome(self) -> Outcome:
        if self.status is not None and 200 <= self.status < 300:
            return Outcome.DELIVERED
        return Outcome.GONE if self.status == 410 else Outcome.AGAIN

    @property
    def is_overloaded(self) -> bool:
        """Whether the address, not this one message, is the trouble: others need not be tried."""
        return self.status is None or self.status in {429, 502, 503, 504}

    @property
    def why(self) -> str:
        """What a person reads of it."""
        if self.status is None:
            return self.error
        if 300 <= self.status < 400:
            return f"It answered {self.status}: redirects are not followed."
        return "" if self.outcome is Outcome.DELIVERED else f"It answered {self.status}."


def pause_after(tries: int, chance: float, asked: int | None = None) -> timedelta | None:
    """How long to wait after so many tries, `chance` from 0 to 1; None: it is given up."""
    if tries > len(PAUSES):
        return None
    pause: timedelta = PAUSES[tries - 1] * (1 + JITTER * chance)
    wanted = min(timedelta(seconds=asked or 0), LONGEST_ASKED)
    return max(pause, wanted)


def rest_after(rests: int, asked: int | None = None) -> timedelta:
    """How long an address rests that was overloaded so many times in a row."""
    own: timedelta = min(FIRST_REST * 2 ** min(rests, 10), LONGEST_REST)
    return max(own, min(timedelta(seconds=asked or 0), LONGEST_ASKED))
