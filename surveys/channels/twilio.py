"""Text messages through an API shaped like Twilio's, with the fence before the request leaves."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode

from accounts.transport import Kind, Mail, Outcome, Phase
from kit.http import Answer, Call, Place

TEXT_LIMIT = 500
# The provider's own codes. No such number, or a line that takes no texts:
NOBODY_THERE = frozenset({21211, 21214, 21217, 21219, 21401, 21407, 21421, 21614})
STOPPED_THERE = 21610  # the recipient answered STOP, and the provider keeps to it
# Something of ours must be repaired: the account, the sender's number, the countries allowed.
OURS = frozenset({20003, 20005, 21212, 21408, 21603, 21606, 21608, 21659, 21660, 30002, 30034})
SLOW_DOWN = frozenset({20429, 14107, 30001, 30022})
UNAUTHORISED_STATUS = frozenset({401, 403})
DEAD = "5.1.1"  # what a mail server would say of an address where nobody is


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where texts are handed over, in whose name, and where their fate is reported to."""

    place: Place
    sender: str  # a number as E.164, or the id of a pool of numbers
    callback: str  # the address that statuses are posted to

    @property
    def account(self) -> str:
        return self.place.user


class TwilioTransport:
    """Hands over one text at a time, each over a connection of its own.

    A connection that is kept may just have been closed by the other side; after the fence nobody
    could know whether the text had left.
    """

    keyed_for: timedelta | None = None

    def __init__(self, gateway: Gateway, *, per_second: float | None = None) -> None:
        self.gateway = gateway
        self.per_second = per_second

    @property
    def name(self) -> str:
        """How the route is called where its pauses are kept."""
        return f"sms:{self.gateway.place.host}:{self.gateway.account}"[:254]

    @property
    def longest_wait(self) -> float:
        """Seconds after the fence within which an answer may still come."""
        return self.gateway.place.timeout * 2

    def deliver(self, mail: Mail, fence: Callable[[], bool]) -> Outcome:
        """Hand the text over if the fence agrees; after it, only a clear answer is an answer."""
        call = Call(self.gateway.place)
        try:
            return self._deliver(call, mail, fence)
        finally:
            call.close()

    def _deliver(self, call: Call, mail: Mail, fence: Callable[[], bool]) -> Outcome:
        fields = _fields(self.gateway, mail)
        try:
            call.connect()
        except OSError as error:
            return Outcome(Kind.DEFERRED, Phase.CONNECT, text=_said(error))
        if not fence():
            return Outcome(Kind.WITHHELD, Phase.FENCE)
        path = f"/2010-04-01/Accounts/{quote(self.gateway.account, safe='')}/Messages.json"
        try:
            answer = call.post_form(path, fields)
        except (OSError, HTTPException) as error:
            return Outcome(Kind.UNKNOWN, Phase.DOT, text=_said(error))
        return judged(answer)

    def close(self) -> None:
        """Nothing is kept open."""


def judged(answer: Answer) -> Outcome:
    """What an answer of the API says became of the text."""
    told = _told(answer.body)
    code = told.get("code") if isinstance(told.get("code"), int) else None
    text = f"{answer.status} {told.get('message') or ''}".strip()[:TEXT_LIMIT]
    if 200 <= answer.status < 300:
        sid = told.get("sid")
        if isinstance(sid, str) and sid:
            return Outcome(Kind.ACCEPTED, Phase.DOT, answer.status, provider_id=sid[:120])
        return Outcome(Kind.UNKNOWN, Phase.DOT, answer.status, text=text)
    if 400 <= answer.status < 500:
        return _refused(answer.status, code, text)
    # What a server that failed has done by then, nobody can know.
    return Outcome(Kind.UNKNOWN, Phase.DOT, code or answer.status, text=text)


def _refused(status: int, code: int | None, text: str) -> Outcome:
    said = code or status
    if status == 429 or code in SLOW_DOWN:
        return Outcome(Kind.PAUSED, Phase.DATA, said, text=text)
    if code in OURS or (code is None and status in UNAUTHORISED_STATUS):
        return Outcome(Kind.STOPPED, Phase.AUTH, said, text=text)
    enhanced = DEAD if code in NOBODY_THERE else ""
    return Outcome(Kind.REFUSED, Phase.RCPT, said, enhanced, text)


def _fields(gateway: Gateway, mail: Mail) -> Mapping[str, str]:
    # Our own id comes back with every status: also of a text whose answer never came.
    callback = f"{gateway.callback}?{urlencode({'text': mail.message_id.strip('<>')})}"
    pool = gateway.sender.startswith("MG")
    return {
        "To": mail.recipient[1],
        "MessagingServiceSid" if pool else "From": gateway.sender,
        "Body": mail.text,
        "StatusCallback": callback,
    }


def _told(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:TEXT_LIMIT]
