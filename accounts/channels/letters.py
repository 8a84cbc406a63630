"""From a letter's row to its words: each kind of letter registers who writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

import mjml
from django.conf import settings
from django.template import loader

from accounts.models import Letter
from accounts.rules.letters import LetterWords
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


def laid_out(words: LetterWords, values: Mapping[str, str], path: str) -> Words:
    """The one look of letters: what is said, and a button that leads to a page of ours."""
    filled = words.filled(values)
    page = {"words": filled, "link": f"{settings.BASE_URL}{path}", "host": settings.BASE_URL}
    source = loader.render_to_string("emails/accounts/letter.mjml", page)
    return Words(
        subject=filled.subject,
        text=loader.render_to_string("emails/accounts/letter.txt", page).strip() + "\n",
        # Without `fonts` the compiler links Google's copy of any font it knows: a tracker.
        html=mjml.mjml2html(source, fonts={}),
    )


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
