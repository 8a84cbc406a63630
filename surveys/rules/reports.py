"""What a provider's word about a mail means: arrived, bounced for good or for now, unwanted."""

import re
from enum import StrEnum

from kit.replies import DEAD_ADDRESS, code_in

# The provider's own words for a bounce that another day may not meet.
FOR_NOW = re.compile(r"soft|transient|temporary|blocked", re.IGNORECASE)
NOBODY_THERE = frozenset({"invalid", "bounced"})


class Report(StrEnum):
    """What can be reported of a mail that was handed over."""

    TAKEN = "taken"  # the provider has it
    DELIVERED = "delivered"  # the receiver's server took it
    SOFT_BOUNCE = "soft_bounce"  # not delivered this time; the address may be fine
    HARD_BOUNCE = "hard_bounce"  # nobody will be reached there
    COMPLAINED = "complained"  # the customer called it spam
    UNSUBSCRIBED = "unsubscribed"  # the customer stopped it at the provider


_PLAIN = {
    "queued": Report.TAKEN,
    "sent": Report.TAKEN,
    "deferred": Report.TAKEN,
    "autoresponded": Report.DELIVERED,
    "delivered": Report.DELIVERED,
    "complained": Report.COMPLAINED,
    "unsubscribed": Report.UNSUBSCRIBED,
}
_NOT_DELIVERED = frozenset({"bounced", "rejected", "failed"})


def report_of(
    event: str, *, reason: str = "", reply: str = "", own_words: str = ""
) -> Report | None:
    """Read Anymail's normalised event; None for what we do not keep, such as opens and clicks.

    `reply` is the receiving server's answer, `own_words` the provider's name for the event.
    """
    if event not in _NOT_DELIVERED:
        return _PLAIN.get(event)
    if event == "rejected" and reason == "unsubscribed":
        return Report.UNSUBSCRIBED
    return Report.HARD_BOUNCE if _is_for_good(reason, reply, own_words) else Report.SOFT_BOUNCE


def _is_for_good(reason: str, reply: str, own_words: str) -> bool:
    """The receiver's code decides where there is one: a full mailbox is somebody's mailbox."""
    if code := code_in(reply):
        return code in DEAD_ADDRESS
    return reason in NOBODY_THERE and not FOR_NOW.search(own_words)
