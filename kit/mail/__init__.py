"""Mail: how one mail is written, handed over, judged and, when it must be, tried again."""

from kit.mail.backoff import GIVE_UP_AFTER, MOST_TRIES, delay, next_try
from kit.mail.composing import BadMail, Mail, as_bytes
from kit.mail.outcomes import Kind, Outcome, Phase
from kit.mail.rehearsing import Line
from kit.mail.transports import Transport, close_transport, hand_over_aloud, open_transport

__all__ = [
    "GIVE_UP_AFTER",
    "MOST_TRIES",
    "BadMail",
    "Kind",
    "Line",
    "Mail",
    "Outcome",
    "Phase",
    "Transport",
    "as_bytes",
    "close_transport",
    "delay",
    "hand_over_aloud",
    "next_try",
    "open_transport",
]
