"""How an answer felt, and whether its giver may be contacted: what may be chosen, and by whom."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import blake2b

from surveys.rules.metrics import Metric


class Feeling(StrEnum):
    VALUED = "valued"
    APPRECIATED = "appreciated"
    RESPECTED = "respected"
    ANNOYED = "annoyed"
    DISAPPOINTED = "disappointed"
    FRUSTRATED = "frustrated"

    @property
    def is_good(self) -> bool:
        return self in GOOD


class Contact(StrEnum):
    """What somebody said to being contacted; nothing is said where nobody asked."""

    EMAIL = "email"
    PHONE = "phone"
    NO = "no"


GOOD = (Feeling.VALUED, Feeling.APPRECIATED, Feeling.RESPECTED)
BAD = (Feeling.ANNOYED, Feeling.DISAPPOINTED, Feeling.FRUSTRATED)
MAY_BE_CONTACTED = (Contact.EMAIL, Contact.PHONE)
# Up to which score somebody is asked whether she may be contacted.
CONTACT_UP_TO: Mapping[Metric, int] = {
    Metric.NPS: 6,
    Metric.CSAT: 3,
    Metric.FACES: 3,
    Metric.CES: 4,
}


def asks_contact_of(metric: Metric, score: int) -> bool:
    return score <= CONTACT_UP_TO[metric]


def read_feelings(chosen: Iterable[str]) -> tuple[Feeling, ...]:
    """The feelings among what a form sends, each once, always in the same order."""
    named = set(chosen)
    return tuple(one for one in Feeling if one.value in named)


def read_contact(chosen: str) -> str:
    """What a form says to being contacted; anything unknown is nothing."""
    return chosen if chosen in set(Contact) else ""


def in_order_for(token: str) -> tuple[Feeling, ...]:
    """Good first for one half of all people, bad first for the other; stable for each link.

    Whichever group stood first always would be chosen more often.
    """
    first_byte = blake2b(token.encode(), digest_size=1).digest()[0]
    return (*GOOD, *BAD) if first_byte % 2 else (*BAD, *GOOD)
