"""Handing one mail to an SMTP server with a fence between the recipient and the mail itself."""

import select
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from kit.failpoints import failpoint
from kit.mail.composing import Mail, as_bytes, envelope_address, stuffed
from kit.mail.outcomes import Kind, Outcome, Phase, broken, read_reply


@dataclass(frozen=True, slots=True)
class Route:
    """Where the server is and how we come in; the names are Django's EMAIL_* in lower case."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    use_tls: bool = False
    use_ssl: bool = False
    certificate: str | None = None
    key: str | None = None
    timeout: float = 30.0
    # RFC 5321 grants the server ten minutes after the dot; hanging up earlier would make
    # mails uncertain that the server was about to confirm.
    dot_timeout: float = 600.0

    @property
    def name(self) -> str:
        """How the route is called where its pauses are kept."""
        return f"{self.host}:{self.port}"


class _Stop(Exception):
    """The conversation is over for this mail, and this is what became of it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.text)
        self.outcome = outcome


class SmtpTransport:
    """Keeps one connection open and hands over one mail at a time."""

    plain: Callable[..., smtplib.SMTP] = smtplib.SMTP
    secure: Callable[..., smtplib.SMTP] = smtplib.SMTP_SSL
    keyed_for = None  # SMTP knows no keys: what was not confirmed is uncertain

    def __init__(
        self,
        route: Route,
        *,
        trust: ssl.SSLContext | None = None,
        per_second: float | None = None,
    ) -> None:
        self.route = route
        self.per_second = per_second
        self._trust = trust
        self._server: smtplib.SMTP | None = None
        self._phase = Phase.CONNECT

    @property
    def name(self) -> str:
        """How the route is called where its pauses are kept."""
        return self.route.name

    @property
    def longest_wait(self) -> float:
        """Seconds after the fence within which an answer may still come."""
        return self.route.dot_timeout

    def deliver(self, mail: Mail, fence: Callable[[], bool]) -> Outcome:
        """Hand the mail over if the fence agrees once the recipient has been accepted."""
        raw = stuffed(as_bytes(mail))
        sender = envelope_address(mail.sender[1])
        recipient = envelope_address(mail.recipient[1])
        try:
            server = self._ready(sender, recipient)
            return self._past_recipient(server, raw, fence)
        except _Stop as stop:
            return stop.outcome
        except BaseException:
            # Half a greeting or half a mail: the next mail must not begin in the middle of it.
            self._drop()
            raise

    def close(self) -> None:
        """Leave politely; a server that is gone already is no matter."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _ready(self, sender: str, recipient: str) -> smtplib.SMTP:
        """A connection on which sender and recipient have been accepted."""
        reused = self._server is not None
        try:
            return self._addressed(sender, recipient)
        except _Stop as stop:
            # A server that hangs up on a quiet connection says nothing about this mail.
            gone = stop.outcome.code in (None, 421) and stop.outcome.phase is Phase.MAIL
            if not (reused and gone):
                raise
        self._drop()
        return self._addressed(sender, recipient)

    def _addressed(self, sender: str, recipient: str) -> smtplib.SMTP:
        server = self._server or self._connected()
        options = _options(server, sender + recipient)
        self._say(Phase.MAIL, lambda: server.mail(sender, options), good=(250,))
        failpoint("smtp.sender")
        self._say(Phase.RCPT, lambda: server.rcpt(recipient), good=(250, 251, 252))
        failpoint("smtp.recipient")
        return server

    def _past_recipient(
        self, server: smtplib.SMTP, raw: bytes, fence: Callable[[], bool]
    ) -> Outcome:
        if not fence():
            self._reset(server)
            return Outcome(Kind.WITHHELD, Phase.FENCE)
        self._say(Phase.DATA, lambda: server.docmd("data"), good=(354,))
        failpoint("smtp.data")
        return self._written(server, raw)

    def _written(self, server: smtplib.SMTP, raw: bytes) -> Outcome:
        """Write the mail, then the dot, and wait for the one answer that decides."""
        connection = server.sock
        assert connection is not None
        try:
            connection.sendall(raw)
            failpoint("smtp.body")
            self._heed_interruption(server)
            connection.settimeout(self.route.dot_timeout)
            connection.sendall(b".\r\n")
            failpoint("smtp.dot")
        except OSError as error:
            self._drop()
            return broken(Phase.DATA, error)
        try:
            code, words = server.getreply()
            failpoint("smtp.answered")
            connection.settimeout(self.route.timeout)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return broken(Phase.DOT, error)
        return self._judged(Phase.DOT, code, words)

    def _heed_interruption(self, server: smtplib.SMTP) -> None:
        """Before the dot nothing is decided: a server that already spoke or left is heard."""
        assert server.sock is not None
        if not select.select([server.sock], [], [], 0)[0]:
            return
        try:
            code, words = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            outcome = broken(Phase.DATA, error)
        else:
            outcome = read_reply(Phase.DATA, code, words)
        self._drop()
        raise _Stop(outcome)

    def _say(
        self, phase: Phase, verb: Callable[[], tuple[int, bytes]], *, good: tuple[int, ...]
    ) -> None:
        try:
            code, words = verb()
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self._drop()
            raise _Stop(broken(phase, error)) from error
        if code not in good:
            raise _Stop(self._judged(phase, code, words))

    def _judged(self, phase: Phase, code: int, words: bytes) -> Outcome:
        outcome = read_reply(phase, code, words)
        if not 200 <= code < 600 or code == 421 or self._server is None:
            self._drop()
        elif phase is not Phase.DOT:
            self._reset(self._server)
        return outcome

    def _reset(self, server: smtplib.SMTP) -> None:
        try:
            code, _ = server.rset()
        except (smtplib.SMTPException, OSError):
            code = -1
        if code != 250:
            self._drop()

    def _connected(self) -> smtplib.SMTP:
        """A fresh connection, greeted, encrypted and signed in as the route says."""
        self._phase = Phase.CONNECT
        try:
            self._server = server = self._opened()
            failpoint("smtp.connected")
            self._phase = Phase.EHLO
            server.ehlo_or_helo_if_needed()
            failpoint("smtp.greeted")
            self._encrypt(server)
            self._sign_in(server)
        except smtplib.SMTPNotSupportedError as error:
            self._drop()
            raise _Stop(Outcome(Kind.STOPPED, self._phase, text=str(error))) from error
        except smtplib.SMTPResponseException as error:
            self._drop()
            raise _Stop(_reply_of(error, self._phase)) from error
        except (smtplib.SMTPException, OSError, ssl.CertificateError) as error:
            self._drop()
            raise _Stop(broken(self._phase, error)) from error
        return server

    def _opened(self) -> smtplib.SMTP:
        route = self.route
        if route.use_ssl:
            server = self.secure(
                route.host, route.port, own_name(), timeout=route.timeout, context=self._context()
            )
        else:
            server = self.plain(route.host, route.port, own_name(), timeout=route.timeout)
        assert server.sock is not None
        # The dot is a small write behind a large one; with Nagle's algorithm it would wait for
        # a delayed acknowledgement, 40 ms for each mail.
        server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return server

    def _encrypt(self, server: smtplib.SMTP) -> None:
        if self.route.use_tls:
            self._phase = Phase.TLS
            server.starttls(context=self._context())
            server.ehlo_or_helo_if_needed()

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if self.route.user:
            self._phase = Phase.AUTH
            server.login(self.route.user, self.route.password)

    def _context(self) -> ssl.SSLContext:
        context = self._trust or ssl.create_default_context()
        if self.route.certificate:
            context.load_cert_chain(self.route.certificate, self.route.key)
        return context


@cache
def own_name() -> str:
    """How this machine greets; asked once, because a slow name server can take seconds."""
    return socket.getfqdn()


def _reply_of(error: smtplib.SMTPResponseException, phase: Phase) -> Outcome:
    """What the server said, or that it was babble: smtplib gives a too long line code 500."""
    words = error.smtp_error
    if error.smtp_code <= 0 or words == "Line too long.":
        return broken(phase, words)
    return read_reply(phase, error.smtp_code, words)


def _options(server: smtplib.SMTP, addresses: str) -> list[str]:
    if addresses.isascii():
        return []
    if not server.has_extn("smtputf8"):
        words = "The server takes no address with letters beyond ASCII before the @"
        raise _Stop(Outcome(Kind.REFUSED, Phase.RCPT, None, "5.6.7", words))
    return ["SMTPUTF8", "BODY=8BITMIME"]
