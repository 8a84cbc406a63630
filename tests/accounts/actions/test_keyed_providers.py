"""A provider that knows mails by a key: a doubt is repeated, and still one mail arrives."""

import json
import threading
import uuid
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from accounts.actions.handover import Letters, Worker, hand_over, recover
from accounts.channels import letters
from accounts.models import Letter, RoutePause
from accounts.transport import Kind, Outcome, Phase
from kit.mail.backend import BackendTransport
from kit.providers import MARK, PROVIDERS
from tests.builders import NOW
from tests.transports import Clock, Scripted

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DOUBT = Outcome(Kind.UNKNOWN, Phase.DOT, text="500 and nothing more")


class Api(BaseHTTPRequestHandler):
    """Behaves like Resend: remembers keys, and may fail after it has taken the mail."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers.get("Idempotency-Key")
        plan = self.server.plan.pop(0) if self.server.plan else 200
        self.server.asked.append(key)
        if plan in (200, 500):
            self.server.mails.setdefault(key, body)
        answer = json.dumps({"id": f"id-{key}"} if plan == 200 else {"message": "no"}).encode()
        self.send_response(plan)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        """Keep the test's output quiet."""


@pytest.fixture
def api(settings):
    server = HTTPServer(("127.0.0.1", 0), Api)
    server.plan, server.asked, server.mails = [], [], {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    settings.ANYMAIL = {"RESEND_API_KEY": "re_1", "RESEND_API_URL": url}
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _words(monkeypatch):
    monkeypatch.setitem(letters._writers, "code", lambda letter: letters.Words("Hi", "Hello"))


def a_letter(**fields):
    return Letter.objects.create(
        about=f"test:{uuid.uuid4()}",
        kind="code",
        to="maya@staff.example",
        due_at=NOW,
        expires_at=NOW + timedelta(days=3),
        created_at=NOW,
        **{"message_id": f"{uuid.uuid4()}@cxapp.example", **fields},
    )


def drain(transport, now=NOW):
    return hand_over(outbox=Letters(), worker=Worker(transport=transport, clock=Clock(now)))


class Keyed(Scripted):
    keyed_for = timedelta(minutes=16)


def test_a_doubt_is_repeated_with_its_key_and_arrives_once(api):
    letter, transport = a_letter(), BackendTransport(PROVIDERS["resend"].backend)
    api.plan = [500]

    drain(transport)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("queued", 1)
    drain(transport, letter.due_at)

    letter.refresh_from_db()
    assert (letter.state, letter.provider_id) == ("sent", f"id-{api.asked[0]}")
    assert (len(api.asked), len(set(api.asked)), len(api.mails)) == (2, 1, 1)
    (body,) = api.mails.values()
    assert json.loads(body["headers"]["X-Metadata"]) == {MARK: letter.message_id}
    assert body["headers"]["Message-ID"] == f"<{letter.message_id}>"


def test_two_letters_have_two_keys(api):
    a_letter()
    a_letter()

    drain(BackendTransport(PROVIDERS["resend"].backend))

    assert len(set(api.asked)) == len(api.mails) == 2


@pytest.mark.parametrize(
    ("status", "state", "pauses"),
    [
        (400, "failed", False),
        (422, "failed", False),
        (401, "queued", True),
        (402, "queued", True),
        (404, "queued", True),
        (409, "queued", False),
        (429, "queued", True),
        (503, "queued", False),
    ],
)
def test_each_status_of_an_api(api, status, state, pauses):
    letter = a_letter()
    api.plan = [status]

    drain(BackendTransport(PROVIDERS["resend"].backend))

    letter.refresh_from_db()
    assert letter.state == state
    assert RoutePause.objects.exists() is pauses
    assert api.mails == {}


def test_an_api_nobody_reaches_leaves_no_doubt(settings):
    settings.ANYMAIL = {"RESEND_API_KEY": "re_1", "RESEND_API_URL": "http://127.0.0.1:1/"}
    letter = a_letter()

    drain(BackendTransport(PROVIDERS["resend"].backend))

    letter.refresh_from_db()
    assert (letter.state, RoutePause.objects.get().reason.split(":")[0]) == ("queued", "connect")


def test_a_dead_workers_mail_goes_again_while_the_key_is_known():
    held = {"claim": uuid.uuid4(), "lease_until": NOW - MINUTE, "state": "handing_over"}
    known = a_letter(**held, keyed_until=NOW + MINUTE)
    forgotten = a_letter(**held, keyed_until=NOW - MINUTE)
    unkeyed = a_letter(**held)

    recover(outbox=Letters(), now=NOW)

    states = [Letter.objects.get(pk=each.pk).state for each in (known, forgotten, unkeyed)]
    assert states == ["queued", "uncertain", "uncertain"]


def test_the_time_to_live_runs_from_the_first_try():
    # How late each try is follows from the id. With this one a fourth comes after 18.6 minutes:
    # too late for a time that runs from the first, in time for one that runs from the third.
    letter, transport = a_letter(message_id="9@cxapp.example"), Keyed(*[DOUBT] * 9)
    now = NOW
    while True:
        drain(transport, now)
        letter.refresh_from_db()
        assert letter.keyed_until == NOW + timedelta(minutes=16)
        if letter.state != "queued":
            break
        now = letter.due_at

    assert letter.state == "uncertain"
    assert letter.keyed_until == NOW + timedelta(minutes=16)
    # After one and five minutes; the next would come when the provider has forgotten.
    assert letter.attempts == 3


def test_without_a_key_a_doubt_stays_one():
    letter = a_letter()

    drain(Scripted(DOUBT))

    letter.refresh_from_db()
    assert (letter.state, letter.keyed_until) == ("uncertain", None)


def test_brevos_refusal_of_a_repetition_is_a_yes():
    from kit.mail.backend import _outcome  # noqa: PLC0415

    class Refused(Exception):
        status_code = 400

    error = Refused('{"code":"duplicate_parameter","message":"idempotencyKey"}')
    assert _outcome(error, is_keyed=True).kind is Kind.ACCEPTED
    assert _outcome(error, is_keyed=False).kind is Kind.REFUSED
