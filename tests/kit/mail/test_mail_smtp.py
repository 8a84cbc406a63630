import email
import email.policy
import ssl
import subprocess
import time

import pytest

from kit.failpoints import Injected
from kit.mail.outcomes import Kind, Phase
from kit.mail.smtp import Route, SmtpTransport
from tests.chaos.sink import Sink
from tests.kit.mail.examples import a_mail

YES = bool("yes")


def go():
    return YES


def stop():
    return not YES


def never():
    raise AssertionError("the fence must not be asked before the recipient was accepted")


def test_a_mail_arrives_once_and_as_written(sink, transport):
    outcome = transport.deliver(a_mail(text="one\n.\ntwo\n"), go)
    assert (outcome.kind, outcome.phase, outcome.code) == (Kind.ACCEPTED, Phase.DOT, 250)
    assert [line.message_id for line in sink.stored()] == ["<1.abc@acme.example>"]
    got = email.message_from_string(sink.stored()[0].raw, policy=email.policy.SMTP)
    assert got.get_body(["plain"]).get_content().split() == ["one", ".", "two"]


def test_three_mails_share_one_connection(sink, transport):
    ports = []
    for number in range(3):
        transport.deliver(a_mail(number=number), go)
        ports.append(transport._server.sock.getsockname()[1])
    assert len(sink.stored()) == 3
    assert len(set(ports)) == 1


def test_the_fence_stands_between_recipient_and_mail(sink, transport):
    outcome = transport.deliver(a_mail(), stop)
    assert (outcome.kind, outcome.phase) == (Kind.WITHHELD, Phase.FENCE)
    assert transport.deliver(a_mail(number=2), go).kind is Kind.ACCEPTED
    assert [line.message_id for line in sink.stored()] == ["<2.abc@acme.example>"]


def test_a_fence_that_fails_sends_nothing_and_leaves_no_half_conversation(sink, transport):
    def broken_fence():
        raise ConnectionError("the database is gone")

    with pytest.raises(ConnectionError):
        transport.deliver(a_mail(), broken_fence)
    assert transport.deliver(a_mail(number=2), go).kind is Kind.ACCEPTED
    assert [line.message_id for line in sink.stored()] == ["<2.abc@acme.example>"]


VERBS = ("connected", "greeted", "sender", "recipient", "data", "body", "dot", "answered")


@pytest.mark.parametrize("verb", VERBS)
def test_a_fault_of_ours_leaves_no_half_conversation(sink, transport, monkeypatch, verb):
    """After a fault before STARTTLS the next mail would even have left unencrypted."""

    def fail(name):
        if name == f"smtp.{verb}":
            raise Injected(name)

    with monkeypatch.context() as patched:
        patched.setattr("kit.mail.smtp.failpoint", fail)
        with pytest.raises(Injected):
            transport.deliver(a_mail(), go)
    assert transport._server is None
    assert transport.deliver(a_mail(number=2), go).kind is Kind.ACCEPTED
    sent = ["<2.abc@acme.example>"]
    assert [line.message_id for line in sink.stored()][-1:] == sent


# What the recipient's server does, what we make of it, and whether the mail is there.
TABLE = [
    ("rcpt-421", Kind.PAUSED, Phase.RCPT, 421, 0),
    ("rcpt-432", Kind.PAUSED, Phase.RCPT, 432, 0),
    ("rcpt-450", Kind.DEFERRED, Phase.RCPT, 450, 0),
    ("rcpt-451", Kind.DEFERRED, Phase.RCPT, 451, 0),
    ("rcpt-451-policy", Kind.PAUSED, Phase.RCPT, 451, 0),
    ("rcpt-451-grey", Kind.DEFERRED, Phase.RCPT, 451, 0),
    ("rcpt-454", Kind.PAUSED, Phase.RCPT, 454, 0),
    ("rcpt-550", Kind.REFUSED, Phase.RCPT, 550, 0),
    ("rcpt-553", Kind.REFUSED, Phase.RCPT, 553, 0),
    ("rcpt-hang", Kind.DEFERRED, Phase.RCPT, None, 0),
    ("rcpt-close", Kind.DEFERRED, Phase.RCPT, None, 0),
    ("rcpt-garbage", Kind.DEFERRED, Phase.RCPT, None, 0),
    ("data-451", Kind.DEFERRED, Phase.DATA, 451, 0),
    ("data-554", Kind.REFUSED, Phase.DATA, 554, 0),
    ("data-hang", Kind.DEFERRED, Phase.DATA, None, 0),
    ("data-garbage", Kind.DEFERRED, Phase.DATA, None, 0),
    ("dot-421", Kind.PAUSED, Phase.DOT, 421, 0),
    ("dot-451", Kind.DEFERRED, Phase.DOT, 451, 0),
    ("dot-552", Kind.DEFERRED, Phase.DOT, 552, 0),
    ("dot-554", Kind.REFUSED, Phase.DOT, 554, 0),
    ("dot-close", Kind.UNKNOWN, Phase.DOT, None, 0),
    ("dot-close-stored", Kind.UNKNOWN, Phase.DOT, None, 1),
    ("dot-hang", Kind.UNKNOWN, Phase.DOT, None, 0),
    ("dot-late", Kind.UNKNOWN, Phase.DOT, None, 1),
    ("dot-garbage", Kind.UNKNOWN, Phase.DOT, None, 1),
]


@pytest.mark.parametrize(("fault", "kind", "phase", "code", "stored"), TABLE)
def test_each_misbehaviour_has_its_outcome(sink, transport, fault, kind, phase, code, stored):
    fence = go if phase in (Phase.DATA, Phase.DOT) else never
    outcome = transport.deliver(a_mail(f"{fault}+1@x.example"), fence)
    assert (outcome.kind, outcome.phase, outcome.code) == (kind, phase, code)
    assert len(sink.stored()) == stored
    # Whatever happened, the next mail does not suffer for it.
    assert transport.deliver(a_mail(number=2), go).kind is Kind.ACCEPTED


def test_a_connection_cut_inside_the_mail_is_before_the_dot(sink, transport):
    # Larger than all buffers, so that the cut is met while the mail is still being written.
    outcome = transport.deliver(a_mail("data-close+1@x.example", text="x" * 8_000_000), go)
    assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.DATA)
    assert sink.stored() == []


def test_an_answer_that_takes_long_is_waited_for(sink):
    patient = SmtpTransport(Route("127.0.0.1", sink.port, timeout=5, dot_timeout=15))
    assert patient.deliver(a_mail("dot-late+1@x.example"), go).kind is Kind.ACCEPTED
    patient.close()


@pytest.mark.parametrize(
    ("mode", "kind", "phase", "code"),
    [
        ("greet-421", Kind.PAUSED, Phase.CONNECT, 421),
        ("greet-554", Kind.DEFERRED, Phase.CONNECT, 554),
        ("greet-hang", Kind.DEFERRED, Phase.CONNECT, None),
        ("greet-close", Kind.DEFERRED, Phase.CONNECT, None),
        ("greet-babble", Kind.DEFERRED, Phase.CONNECT, None),
        ("ehlo-hang", Kind.DEFERRED, Phase.EHLO, None),
        ("ehlo-550", Kind.DEFERRED, Phase.EHLO, 550),
        ("mail-421", Kind.PAUSED, Phase.MAIL, 421),
        ("mail-550", Kind.DEFERRED, Phase.MAIL, 550),
    ],
)
def test_a_server_that_will_not_talk(sink, transport, mode, kind, phase, code):
    sink.order(f"mode {mode}")
    outcome = transport.deliver(a_mail(), never)
    assert (outcome.kind, outcome.phase, outcome.code) == (kind, phase, code)
    sink.order("mode ")
    assert transport.deliver(a_mail(), go).kind is Kind.ACCEPTED


def test_nobody_listens(sink, transport):
    sink.kill()
    started = time.monotonic()
    outcome = transport.deliver(a_mail(), never)
    assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.CONNECT)
    assert outcome.is_about_route
    assert time.monotonic() - started < 5


def test_an_unknown_host_is_only_put_off():
    lost = SmtpTransport(Route("mail.invalid", 25, timeout=1.2))
    outcome = lost.deliver(a_mail(), never)
    assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.CONNECT)


def test_a_server_that_restarted_meanwhile_costs_nothing(sink, transport):
    transport.deliver(a_mail(), go)
    sink.kill()
    sink.start()
    assert transport.deliver(a_mail(number=2), go).kind is Kind.ACCEPTED
    assert len(sink.stored()) == 2


def test_letters_beyond_ascii_before_the_at(sink, transport):
    assert transport.deliver(a_mail("jürgen@x.example"), go).kind is Kind.ACCEPTED
    assert sink.stored()[0].to == "jürgen@x.example"


@pytest.mark.parametrize(
    ("password", "kind", "code"), [("right", Kind.ACCEPTED, 250), ("wrong", Kind.STOPPED, 535)]
)
def test_signing_in(tmp_path, socket_enabled, password, kind, code):
    with Sink(tmp_path / "sink.jsonl", password="right") as sink:
        transport = SmtpTransport(Route("127.0.0.1", sink.port, user="me", password=password))
        outcome = transport.deliver(a_mail(), go)
        assert (outcome.kind, outcome.code) == (kind, code)
        transport.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    key = path.with_name("key.pem")
    subprocess.run(
        ["openssl", *command.split(), "-out", path, "-keyout", key, *names],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + key.read_text())
    return path


def test_starttls_with_a_certificate_we_trust(tmp_path, socket_enabled, certificate):
    trust = ssl.create_default_context(cafile=certificate)
    with Sink(tmp_path / "sink.jsonl", certificate=certificate) as sink:
        route = Route("127.0.0.1", sink.port, use_tls=True)
        transport = SmtpTransport(route, trust=trust)
        assert transport.deliver(a_mail(), go).kind is Kind.ACCEPTED
        assert transport.deliver(a_mail(number=2), go).kind is Kind.ACCEPTED
        transport.close()


def test_a_certificate_we_do_not_trust_stops_before_the_password(
    tmp_path, socket_enabled, certificate
):
    with Sink(tmp_path / "sink.jsonl", certificate=certificate, password="right") as sink:
        route = Route("127.0.0.1", sink.port, user="me", password="right", use_tls=True)
        outcome = SmtpTransport(route).deliver(a_mail(), never)
        assert (outcome.kind, outcome.phase) == (Kind.DEFERRED, Phase.TLS)
        assert "CERTIFICATE_VERIFY_FAILED" in outcome.text


def test_encryption_that_is_not_offered_is_not_done_without(sink):
    route = Route("127.0.0.1", sink.port, use_tls=True)
    outcome = SmtpTransport(route).deliver(a_mail(), never)
    assert (outcome.kind, outcome.phase) == (Kind.STOPPED, Phase.TLS)


def test_a_route_never_shows_its_password():
    assert "secret" not in repr(Route("mail.example", 25, user="me", password="secret"))
