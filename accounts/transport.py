"""The way out for all mail of this installation, as the drain and the outboxes know it."""

from kit.mail import (
    BadMail,
    Kind,
    Mail,
    Outcome,
    Phase,
    Transport,
    close_transport,
    delay,
    next_try,
    open_transport,
)

__all__ = [
    "BadMail",
    "Kind",
    "Mail",
    "Outcome",
    "Phase",
    "Transport",
    "close_transport",
    "delay",
    "next_try",
    "open_transport",
]
