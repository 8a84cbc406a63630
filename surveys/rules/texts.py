"""What an SMS gateway's word about a text means, and which words of a customer are a wish."""

from enum import StrEnum

from surveys.rules.reports import Report

# Codes of the gateway: nobody will ever be reached there, or the customer answered STOP.
NOBODY_THERE = frozenset({"21211", "21614", "30005", "30006"})
STOPPED = frozenset({"21610"})
_PLAIN = {
    "sent": Report.TAKEN,
    "delivered": Report.DELIVERED,
    "read": Report.DELIVERED,
}
STOP_WORDS = frozenset(
    {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
)
START_WORDS = frozenset({"start", "unstop", "yes"})


class Word(StrEnum):
    """What a customer can answer a text with."""

    STOP = "stop"
    START = "start"


def report_of_text(status: str, code: str) -> Report | None:
    """Read a status; None for what says nothing yet, such as queued."""
    if status not in ("undelivered", "failed"):
        return _PLAIN.get(status)
    if code in STOPPED:
        return Report.UNSUBSCRIBED
    return Report.HARD_BOUNCE if code in NOBODY_THERE else Report.SOFT_BOUNCE


def word_of(text: str) -> Word | None:
    """Read an answer; None for everything that is no wish: a sentence with "stop" in it is none."""
    said = "".join(letter for letter in text.casefold() if letter.isalnum())
    if said in STOP_WORDS:
        return Word.STOP
    return Word.START if said in START_WORDS else None
