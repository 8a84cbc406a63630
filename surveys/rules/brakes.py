"""When sending must stop by itself: too many dead addresses, or too many complaints."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Because(StrEnum):
    BOUNCES = "bounces"
    COMPLAINTS = "complaints"


@dataclass(frozen=True, slots=True)
class Limit:
    """A share that mailbox providers punish, and the mails that make it more than an accident."""

    because: Because
    share: float
    least: int
    within: timedelta


# Providers review senders from 5 % bounces on and large mailboxes from 0.1 % complaints on.
# Complaints come days after the mail, bounces within the hour.
LIMITS = (
    Limit(Because.BOUNCES, 0.05, 100, timedelta(hours=24)),
    Limit(Because.COMPLAINTS, 0.001, 1000, timedelta(days=7)),
)
WHY = {
    Because.BOUNCES: (
        "{count:,} of {of:,} mails in a day went to addresses where nobody lives. From 5 % on"
        " mailbox providers take a sender for one who bought a list. Look where these addresses"
        " came from before you resume."
    ),
    Because.COMPLAINTS: (
        "{count:,} of {of:,} mails in a week were reported as spam. From 1 in 1,000 on mailbox"
        " providers begin to hide all mail of a sender. Ask whether these customers expected to"
        " hear from you before you resume."
    ),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """The mails of one limit's time, and how many of them went wrong in its way."""

    mails: int
    wrong: int


def is_too_many(limit: Limit, sent: Sent) -> bool:
    """Whether so many of so many go beyond what the limit allows."""
    return sent.mails >= limit.least and sent.wrong >= limit.share * sent.mails


def why_stopped(because: str, *, count: int, of: int) -> str:
    """Say what went wrong, why it matters, and what to look at."""
    return WHY[Because(because)].format(count=count, of=of)
