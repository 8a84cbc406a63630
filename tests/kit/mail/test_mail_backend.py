import smtplib

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from kit.mail import close_transport, open_transport
from kit.mail.backend import BackendTransport
from kit.mail.composing import BadMail
from kit.mail.outcomes import Kind, Phase
from kit.mail.smtp import SmtpTransport
from kit.mail.transports import configured_route
from tests.kit.mail.examples import a_mail

LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
HERE = f"{__name__}.FailingBackend"


class Answer(Exception):
    """What a provider's client raises: a status, and words."""

    def __init__(self, status_code):
        super().__init__("words of the provider")
        self.status_code = status_code


class AnymailRecipientsRefused(Exception):
    """Only its name is known to us."""


class FailingBackend(BaseEmailBackend):
    """Raises or returns what the test put here."""

    result = None

    def send_messages(self, messages):
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def test_a_mail_goes_through_any_backend():
    outcome = BackendTransport(LOCMEM).deliver(
        a_mail(reply_to="help@acme.example", headers=(("X-One", "1"),)), lambda: True
    )
    assert (outcome.kind, outcome.phase) == (Kind.ACCEPTED, Phase.DOT)
    [sent] = django_mail.outbox
    assert sent.extra_headers == {"Message-ID": "<1.abc@acme.example>", "X-One": "1"}
    assert sent.to == ['"Ada" <ada@x.example>']
    assert sent.reply_to == ["help@acme.example"]
    assert isinstance(sent, EmailMultiAlternatives)
    assert list(sent.alternatives[0]) == ["<p>Hello Ada</p>", "text/html"]


def test_the_fence_is_asked_first():
    outcome = BackendTransport(LOCMEM).deliver(a_mail(), lambda: False)
    assert outcome.kind is Kind.WITHHELD
    assert django_mail.outbox == []


def test_a_mail_that_cannot_be_written_fails_before_the_fence():
    def never():
        raise AssertionError("asked")

    with pytest.raises((BadMail, ValueError)):
        BackendTransport(LOCMEM).deliver(a_mail(subject="a\r\nBcc: eve@x.example"), never)


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        (1, Kind.ACCEPTED),
        (0, Kind.UNKNOWN),
        (None, Kind.UNKNOWN),
        (Answer(400), Kind.REFUSED),
        (Answer(401), Kind.STOPPED),
        (Answer(403), Kind.STOPPED),
        (Answer(429), Kind.PAUSED),
        (Answer(500), Kind.UNKNOWN),
        (Answer(502), Kind.UNKNOWN),
        (TimeoutError("read"), Kind.UNKNOWN),
        (ConnectionResetError("reset"), Kind.UNKNOWN),
        (ConnectionRefusedError("nobody"), Kind.DEFERRED),
        (AnymailRecipientsRefused("gone"), Kind.REFUSED),
        (smtplib.SMTPRecipientsRefused({"a@x": (550, b"5.1.1 no")}), Kind.REFUSED),
        (smtplib.SMTPRecipientsRefused({"a@x": (450, b"4.2.1 busy")}), Kind.DEFERRED),
        (smtplib.SMTPDataError(554, b"5.6.0 no"), Kind.REFUSED),
        (smtplib.SMTPDataError(451, b"4.3.0 later"), Kind.DEFERRED),
        (smtplib.SMTPServerDisconnected("gone"), Kind.UNKNOWN),
    ],
)
def test_what_a_backend_says_is_judged(monkeypatch, result, kind):
    monkeypatch.setattr(FailingBackend, "result", result)
    assert BackendTransport(HERE).deliver(a_mail(), lambda: True).kind is kind


def test_the_settings_name_the_way_out(settings):
    settings.EMAIL_BACKEND = LOCMEM
    assert isinstance(open_transport(), BackendTransport)
    assert open_transport() is open_transport()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "mail.example", 2525, None
    smtp = open_transport()
    assert isinstance(smtp, SmtpTransport)
    assert smtp.name == "mail.example:2525"
    assert (smtp.route.timeout, smtp.route.dot_timeout) == (30.0, 600.0)
    settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = 2526, 5
    assert open_transport().name == "mail.example:2526"
    assert configured_route().timeout == 5.0
    close_transport()
