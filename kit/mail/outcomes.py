"""What became of one attempt to hand over one mail, and how a server's words are read."""

import re
from dataclasses import dataclass
from enum import StrEnum

from kit.replies import DEAD_ADDRESS

TEXT_LIMIT = 500
PAUSING = frozenset({421, 432, 454})
UNAUTHORISED = frozenset({530, 534, 535, 538})
ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})(?=\s|$)")
GREYLISTED = re.compile(r"gr[ae]y-?\s?list", re.IGNORECASE)
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")


class Kind(StrEnum):
    """The seven things that can have happened."""

    ACCEPTED = "accepted"  # the server took it
    REFUSED = "refused"  # never this mail
    DEFERRED = "deferred"  # nothing left the building, try this mail later
    PAUSED = "paused"  # the server asks everybody to slow down
    STOPPED = "stopped"  # the server does not know us: somebody must repair the settings
    UNKNOWN = "unknown"  # the mail was complete and no answer came
    WITHHELD = "withheld"  # the fence said no, nothing was sent


class Phase(StrEnum):
    """How far the conversation had come."""

    CONNECT = "connect"
    EHLO = "ehlo"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    FENCE = "fence"
    DATA = "data"
    DOT = "dot"


ROUTE_PHASES = frozenset({Phase.CONNECT, Phase.EHLO, Phase.TLS, Phase.AUTH})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attempt's end: what happened, where, and in the server's own words."""

    kind: Kind
    phase: Phase
    code: int | None = None
    enhanced: str = ""
    text: str = ""
    provider_id: str = ""

    @property
    def is_dead_address(self) -> bool:
        """Whether the server says that nobody will ever be reached there."""
        return self.kind is Kind.REFUSED and self.enhanced in DEAD_ADDRESS

    @property
    def is_about_route(self) -> bool:
        """Whether the next mail over the same route would meet the same."""
        return self.kind in (Kind.PAUSED, Kind.STOPPED) or (
            self.kind is Kind.DEFERRED and self.phase in ROUTE_PHASES
        )


def read_reply(phase: Phase, code: int, words: bytes | str) -> Outcome:
    """Judge a reply that the server gave in this phase."""
    text = _printable(words)
    found = ENHANCED.match(text)
    enhanced = found.group(1) if found else ""
    said = code if code > 0 else None  # smtplib says -1 for a line that is no reply
    return Outcome(_kind(phase, code, enhanced, text), phase, said, enhanced, text)


def broken(phase: Phase, words: object) -> Outcome:
    """Judge a conversation that ended without a readable reply."""
    kind = Kind.UNKNOWN if phase is Phase.DOT else Kind.DEFERRED
    return Outcome(kind, phase, text=_printable(str(words)))


def _printable(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return UNPRINTABLE.sub(" ", text).strip()[:TEXT_LIMIT]


def _kind(phase: Phase, code: int, enhanced: str, text: str) -> Kind:
    if 200 <= code < 300 and phase is Phase.DOT:
        return Kind.ACCEPTED
    if 400 <= code < 500:
        return _kind_of_4xx(code, enhanced, text)
    if 500 <= code < 600:
        return _kind_of_5xx(phase, code)
    return Kind.UNKNOWN if phase is Phase.DOT else Kind.DEFERRED


def _kind_of_4xx(code: int, enhanced: str, text: str) -> Kind:
    # Greylisting speaks of one sender and one recipient; pausing everybody for it would make
    # one careful receiver hold up all the others.
    policy = code == 451 and enhanced.startswith("4.7.") and not GREYLISTED.search(text)
    return Kind.PAUSED if policy or code in PAUSING else Kind.DEFERRED


def _kind_of_5xx(phase: Phase, code: int) -> Kind:
    if phase is Phase.AUTH or code in UNAUTHORISED:
        return Kind.STOPPED
    # Before RCPT the server has judged us, not the recipient: a wrong sender or a closed door
    # is repaired by somebody, and the mails must still be there then. 552 is said for full
    # mailboxes and, by one large provider, for passing trouble.
    if phase not in (Phase.RCPT, Phase.DATA, Phase.DOT) or code == 552:
        return Kind.DEFERRED
    return Kind.REFUSED
