"""Handing one mail to any of Django's mail backends, with the fence before it."""

import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.mime.image import MIMEImage
from uuid import NAMESPACE_URL, uuid5

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from kit.mail.composing import Mail
from kit.mail.outcomes import Kind, Outcome, Phase, broken, read_reply
from kit.providers import MARK, PROVIDERS

PAUSING_STATUS = frozenset({408, 425, 429})
# Our key, our account or our address of the API is wrong: no mail's fault, and somebody's job.
UNAUTHORISED_STATUS = frozenset({401, 402, 403, 404, 405})
# The connection never came about, in the words of requests' own library.
NEVER_SENT = frozenset({"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"})
# The provider knows the key, so it has had this mail before.
REPEATED = "duplicate_parameter"
CONFLICT = 409
LONGEST_ID = 120


class BackendTransport:
    """Whatever EMAIL_BACKEND names: a provider's API, a file, a list in memory."""

    longest_wait = 120.0

    def __init__(self, backend: str, *, per_second: float | None = None) -> None:
        self.name = backend
        self.per_second = per_second
        self.provider = next((one for one in PROVIDERS.values() if one.backend == backend), None)
        self._connection = get_connection(backend)

    @property
    def keyed_for(self) -> timedelta | None:
        """For how long a repetition under the same key is not sent twice."""
        return self.provider.keyed_for if self.provider else None

    def deliver(self, mail: Mail, fence: Callable[[], bool]) -> Outcome:
        """Hand the mail over if the fence agrees; after it, only a clear answer is an answer."""
        message = self._message(mail)
        message.message()  # a header that cannot be written fails here, before the fence
        if not fence():
            return Outcome(Kind.WITHHELD, Phase.FENCE)
        try:
            count = self._connection.send_messages([message])
        except Exception as error:  # noqa: BLE001 - every backend has its own family of errors
            return _outcome(error, is_keyed=self.keyed_for is not None)
        if not count:
            return broken(Phase.DOT, "not confirmed")
        return Outcome(Kind.ACCEPTED, Phase.DOT, provider_id=_id_given(message))

    def close(self) -> None:
        """Let the backend give back what it holds."""
        self._connection.close()

    def _message(self, mail: Mail) -> EmailMultiAlternatives:
        message = as_message(mail, self._connection)
        if self.provider:
            # Reports name the mail by it, whatever the provider makes of our Message-ID.
            message.metadata = {MARK: mail.message_id.strip("<>")}  # type: ignore[attr-defined]
        if self.keyed_for:
            _give_key(message, mail)
        return message


def _give_key(message: EmailMultiAlternatives, mail: Mail) -> None:
    key = str(uuid5(NAMESPACE_URL, mail.message_id))
    message.key = key  # type: ignore[attr-defined]  # for kit.mail.keyed
    if "brevo" in type(message.connection).__module__:
        message.extra_headers["idempotencyKey"] = key


def _id_given(message: EmailMultiAlternatives) -> str:
    status = getattr(message, "anymail_status", None)
    given = getattr(status, "message_id", None)
    return given.strip("<>")[:LONGEST_ID] if isinstance(given, str) else ""


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
    for name, png in mail.pictures:
        picture = MIMEImage(png, "png")
        picture["Content-ID"] = f"<{name}>"
        picture.add_header("Content-Disposition", "inline", filename=f"{name}.png")
        message.attach(picture)
    if mail.pictures:
        message.mixed_subtype = "related"  # type: ignore[attr-defined]  # lacks in the stubs
    return message


def _person(person: tuple[str, str]) -> str:
    name, address = person
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>' if name else address


def _outcome(error: Exception, *, is_keyed: bool) -> Outcome:
    if isinstance(error, smtplib.SMTPException):
        return _outcome_of_smtp(error)
    if isinstance(error, ConnectionRefusedError) or _never_sent(error):
        return Outcome(Kind.DEFERRED, Phase.CONNECT, text=str(error)[:500])
    status = getattr(error, "status_code", None)
    if not isinstance(status, int):
        return _unclear(error)
    if is_keyed and status < 500 and REPEATED in str(error):
        return Outcome(Kind.ACCEPTED, Phase.DOT, status, text="Known from an earlier try")
    return _outcome_of_status(status, error)


def _outcome_of_smtp(error: smtplib.SMTPException) -> Outcome:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return read_reply(Phase.RCPT, code, words)
    if isinstance(error, smtplib.SMTPResponseException):
        return read_reply(Phase.DOT, error.smtp_code, error.smtp_error)
    return _unclear(error)


def _never_sent(error: BaseException) -> bool:
    """Whether nobody was reached: by name, a timeout while reading must never count as one."""
    return any(type(one).__name__ in NEVER_SENT for one in _behind(error))


def _behind(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it; requests keeps the reason in its arguments."""
    waiting: list[object] = [error]
    for _ in range(20):
        if not waiting:
            return
        one = waiting.pop()
        if isinstance(one, BaseException):
            yield one
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]


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
    if status == CONFLICT:  # under this key something is or was on its way: nobody knows what
        return broken(Phase.DOT, f"{status} {text}")
    if 400 <= status < 500:
        return Outcome(Kind.REFUSED, Phase.DATA, status, text=text)
    return broken(Phase.DOT, f"{status} {text}")
