"""One mail handed over aloud: every verb with the server's own answer, the secrets left out."""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kit.mail.composing import Mail
from kit.mail.outcomes import Kind, Outcome
from kit.mail.smtp import Route, SmtpTransport

SHOWN = frozenset({"ehlo", "helo", "mail", "rcpt", "data", "rset", "quit", "starttls"})
LONGEST = 1000
LONGEST_WAIT = 15.0


@dataclass(frozen=True, slots=True)
class Line:
    """What we said and what the server answered."""

    said: str
    reply: str
    is_good: bool


class _Heard:
    """Notes the conversation of one connection."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.said = "Connection"

    def say(self, verb: str, rest: str) -> None:
        if verb.lower() in SHOWN:
            self.said = f"{verb.upper()} {rest}".strip()
        else:  # user, password, or the answer to a challenge
            self.said = "AUTH (hidden)"

    def hear(self, code: int, words: bytes) -> None:
        reply = f"{code} {words.decode('utf-8', 'replace')}"[:LONGEST]
        self.lines.append(Line(self.said, reply, 200 <= code < 400))
        self.said = "The mail and its closing dot"


def _listening(kind: type[smtplib.SMTP], heard: _Heard) -> Callable[..., smtplib.SMTP]:
    class Listening(kind):  # type: ignore[valid-type, misc]
        def putcmd(self, cmd: str, args: str = "") -> None:
            heard.say(cmd, args)
            super().putcmd(cmd, args)

        def getreply(self) -> tuple[int, bytes]:
            code, words = super().getreply()
            heard.hear(code, words)
            return code, words

    return Listening


class _Aloud(SmtpTransport):
    def __init__(self, route: Route, heard: _Heard, **more: Any) -> None:
        super().__init__(route, **more)
        self.plain = _listening(smtplib.SMTP, heard)
        self.secure = _listening(smtplib.SMTP_SSL, heard)


def rehearse(route: Route, mail: Mail, **more: Any) -> tuple[Outcome, list[Line]]:
    """Hand the mail over and return how it ended, line by line; waits are kept short."""
    heard = _Heard()
    transport = _Aloud(_hurried(route), heard, **more)
    try:
        outcome = transport.deliver(mail, lambda: True)
    finally:
        transport.close()
    if outcome.code is None and outcome.kind is not Kind.ACCEPTED:
        heard.lines.append(Line(heard.said, outcome.text or "no answer", is_good=False))
    return outcome, heard.lines


def _hurried(route: Route) -> Route:
    return replace(route, timeout=min(route.timeout, LONGEST_WAIT), dot_timeout=LONGEST_WAIT)
