"""From a letter's row to its words: each kind of letter registers who writes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings

from accounts.models import Letter
from kit.mail import Mail


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says. Links and codes are made here and stored nowhere."""

    subject: str
    text: str
    html: str = ""
    reply_to: str = ""


Writer = Callable[[Letter], Words]
_writers: dict[str, Writer] = {}


class UnknownKind(LookupError):
    """Nobody registered to write letters of this kind."""


def register(kind: str, writer: Writer) -> None:
    """Have `writer` called for letters of this kind, inside their organisation if they have one."""
    _writers[kind] = writer


def written(letter: Letter, now: datetime) -> Mail:
    """Write the letter now; what it links to is valid from now on."""
    if letter.kind not in _writers:
        raise UnknownKind(letter.kind)
    words = _writers[letter.kind](letter)
    return Mail(
        message_id=f"<{letter.message_id}>",
        sender=parseaddr(settings.DEFAULT_FROM_EMAIL),
        recipient=("", letter.to),
        subject=words.subject,
        text=words.text,
        html=words.html,
        written_at=now,
        reply_to=words.reply_to,
        headers=(("Auto-Submitted", "auto-generated"),),
    )
