"""Handing one mail to any of Django's mail backends, with the fence before it."""

import smtplib
from collections.abc import Callable

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from kit.mail.composing import Mail
from kit.mail.outcomes import Kind, Outcome, Phase, broken, read_reply

PAUSING_STATUS = frozenset({408, 425, 429})
UNAUTHORISED_STATUS = frozenset({401, 403})


class BackendTransport:
    """Whatever EMAIL_BACKEND names: a provider's API, a file, a list in memory."""

    longest_wait = 120.0

    def __init__(self, backend: str) -> None:
        self.name = backend
        self._connection = get_connection(backend)

    def deliver(self, mail: Mail, fence: Callable[[], bool]) -> Outcome:
        """Hand the mail over if the fence agrees; after it, only a clear answer is an answer."""
        message = as_message(mail, self._connection)
        message.message()  # a header that cannot be written fails here, before the fence
        if not fence():
            return Outcome(Kind.WITHHELD, Phase.FENCE)
        try:
            count = self._connection.send_messages([message])
        except Exception as error:  # noqa: BLE001 - every backend has its own family of errors
            return _outcome(error)
        return Outcome(Kind.ACCEPTED, Phase.DOT) if count else broken(Phase.DOT, "not confirmed")

    def close(self) -> None:
        """Let the backend give back what it holds."""
        self._connection.close()


def as_message(mail: Mail, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The mail in Django's own shape."""
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=_person(mail.sender),
        to=[_person(mail.recipient)],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={"Message-ID": mail.message_id, **dict(mail.headers)},
        connection=connection,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _person(person: tuple[str, str]) -> str:
    name, address = person
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>' if name else address


def _outcome(error: Exception) -> Outcome:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return read_reply(Phase.RCPT, code, words)
    if isinstance(error, smtplib.SMTPResponseException):
        return read_reply(Phase.DOT, error.smtp_code, error.smtp_error)
    if isinstance(error, ConnectionRefusedError):
        return Outcome(Kind.DEFERRED, Phase.CONNECT, text=str(error))
    status = getattr(error, "status_code", None)
    return _outcome_of_status(status, error) if isinstance(status, int) else _unclear(error)


def _unclear(error: Exception) -> Outcome:
    if type(error).__name__ in ("AnymailRecipientsRefused", "AnymailInvalidAddress"):
        return Outcome(Kind.REFUSED, Phase.RCPT, text=str(error)[:500])
    return broken(Phase.DOT, f"{type(error).__name__}: {error}")


def _outcome_of_status(status: int, error: Exception) -> Outcome:
    text = str(error)[:500]
    if status in UNAUTHORISED_STATUS:
        return Outcome(Kind.STOPPED, Phase.AUTH, status, text=text)
    if status in PAUSING_STATUS:
        return Outcome(Kind.PAUSED, Phase.DATA, status, text=text)
    if 400 <= status < 500:
        return Outcome(Kind.REFUSED, Phase.DATA, status, text=text)
    return broken(Phase.DOT, f"{status} {text}")
