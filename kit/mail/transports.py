"""The one open way out of this process, as the settings name it."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from django.conf import settings

from kit.mail.backend import BackendTransport
from kit.mail.composing import Mail
from kit.mail.outcomes import Kind, Outcome
from kit.mail.rehearsing import Line, rehearse
from kit.mail.smtp import Route, SmtpTransport

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_TIMEOUT = 30.0
DEFAULT_DOT_TIMEOUT = 600.0


class Transport(Protocol):
    """What every way out can do."""

    @property
    def name(self) -> str:
        """How the route is called where its pauses are kept."""

    @property
    def longest_wait(self) -> float:
        """Seconds after the fence within which an answer may still come."""

    @property
    def per_second(self) -> float | None:
        """How many mails a second may leave this way, from all workers together."""

    @property
    def keyed_for(self) -> timedelta | None:
        """For how long the other side does not send the same mail twice; None: it may."""

    def deliver(self, mail: Mail, fence: Callable[[], bool]) -> Outcome:
        """Hand the mail over if the fence agrees."""

    def close(self) -> None:
        """Leave politely."""


_open: dict[tuple[int, object, object], Transport] = {}


def open_transport() -> Transport:
    """The transport of this process; a forked child never shares its parent's connection."""
    rate = settings.MAIL_RATE
    route = configured_route() if settings.EMAIL_BACKEND == SMTP_BACKEND else None
    key = (os.getpid(), rate, route or settings.EMAIL_BACKEND)
    if key not in _open:
        close_transport()
        _open[key] = (
            SmtpTransport(route, per_second=rate)
            if route
            else BackendTransport(settings.EMAIL_BACKEND, per_second=rate)
        )
    return _open[key]


def hand_over_aloud(mail: Mail) -> tuple[str, Outcome, list[Line]]:
    """Hand one mail over beside all others: over which route, how it ended, and each answer."""
    if settings.EMAIL_BACKEND == SMTP_BACKEND:
        route = configured_route()
        return route.name, *rehearse(route, mail)
    transport = BackendTransport(settings.EMAIL_BACKEND)
    try:
        outcome = transport.deliver(mail, lambda: True)
    finally:
        transport.close()
    is_taken = outcome.kind is Kind.ACCEPTED
    said = outcome.text or ("taken" if is_taken else "no clear answer")
    line = Line("The provider's API", f"{outcome.code or ''} {said}".strip(), is_good=is_taken)
    return transport.name, outcome, [line]


def close_transport() -> None:
    """Close what this process holds open; connections of a parent are only forgotten."""
    for (pid, *_), transport in list(_open.items()):
        if pid == os.getpid():
            transport.close()
    _open.clear()


def configured_route() -> Route:
    """The route that Django's EMAIL_* settings describe."""
    return Route(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        use_tls=settings.EMAIL_USE_TLS,
        use_ssl=settings.EMAIL_USE_SSL,
        certificate=settings.EMAIL_SSL_CERTFILE,
        key=settings.EMAIL_SSL_KEYFILE,
        timeout=settings.EMAIL_TIMEOUT or DEFAULT_TIMEOUT,
        dot_timeout=getattr(settings, "EMAIL_DOT_TIMEOUT", DEFAULT_DOT_TIMEOUT),
    )
