"""A text leaves at most once: nothing before the fence, and every answer means one thing."""

import socket

import pytest

from accounts.transport import Kind, Mail, Phase
from cxapp.sms import route_of
from surveys.channels import texts
from tests import gateway as gateways
from tests.builders import NOW


@pytest.fixture
def gateway():
    yield from gateways.serving()


@pytest.fixture
def transport(gateway):
    return texts._gateway(route_of(gateway.url))


MAIL = Mail(
    message_id="<abc@ask.example>",
    sender=("", ""),
    recipient=("", "+447911123456"),
    subject="",
    text="Acme: one question https://ask.example/s/abc Reply STOP to end",
    html="",
    written_at=NOW,
)


def deliver(transport, *, passes=True):
    asked = []

    def fence():
        asked.append(True)
        return passes

    return transport.deliver(MAIL, fence), len(asked)


def test_a_text_that_is_taken_brings_the_providers_id(transport, gateway, settings):
    outcome, asked = deliver(transport)
    assert (outcome.kind, outcome.provider_id, asked) == (Kind.ACCEPTED, f"SM{1:032x}", 1)
    assert gateway.taken == [
        {
            "To": "+447911123456",
            "From": gateways.SENDER,
            "Body": MAIL.text,
            "StatusCallback": f"{settings.BASE_URL}/hooks/sms/?text=abc%40ask.example",
        }
    ]


def test_what_the_fence_withholds_never_leaves(transport, gateway):
    outcome, _ = deliver(transport, passes=False)
    assert (outcome.kind, gateway.requests) == (Kind.WITHHELD, 0)


@pytest.mark.parametrize("how", ["close", "hang", "garbage"])
def test_a_missing_answer_is_a_doubt(transport, gateway, how):
    gateway.misbehave(how)
    outcome, _ = deliver(transport)
    assert (outcome.kind, len(gateway.taken)) == (Kind.UNKNOWN, 1)


@pytest.mark.parametrize(
    ("status", "code", "kind", "is_dead"),
    [
        (400, 21211, Kind.REFUSED, True),
        (400, 21614, Kind.REFUSED, True),
        (400, 21610, Kind.REFUSED, False),
        (400, 21617, Kind.REFUSED, False),
        (400, 21606, Kind.STOPPED, False),
        (403, 21408, Kind.STOPPED, False),
        (401, 20003, Kind.STOPPED, False),
        (401, None, Kind.STOPPED, False),
        (429, 20429, Kind.PAUSED, False),
        (429, None, Kind.PAUSED, False),
        (404, None, Kind.REFUSED, False),
        (500, 20500, Kind.UNKNOWN, False),
        (502, None, Kind.UNKNOWN, False),
        (302, None, Kind.UNKNOWN, False),
    ],
)
def test_each_refusal_is_one_of_the_known_kinds(transport, gateway, status, code, kind, is_dead):
    gateway.refuse(status, code, "for a reason")
    outcome, _ = deliver(transport)
    assert (outcome.kind, outcome.is_dead_address) == (kind, is_dead)
    assert outcome.code == (code or status)
    assert gateway.taken == []


def test_a_refused_password_and_a_limit_are_the_routes_business(transport, gateway):
    for status, code in ((401, 20003), (429, 20429)):
        gateway.refuse(status, code)
        assert deliver(transport)[0].is_about_route


def test_nobody_listening_is_before_the_fence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    url = f"twilio+http://AC1:token@127.0.0.1:{port}?from=+15005550006&timeout=1"
    outcome, asked = deliver(texts._gateway(route_of(url)))
    assert (outcome.kind, outcome.phase, asked) == (Kind.DEFERRED, Phase.CONNECT, 0)
    assert outcome.is_about_route


def test_a_name_that_leads_inward_is_not_called(gateway):
    """The same server by the encrypted scheme, which may only leave for the internet."""
    url = f"twilio://AC1:token@localhost:{gateway.port}?from=+15005550006&timeout=1"
    outcome, asked = deliver(texts._gateway(route_of(url)))
    assert (outcome.kind, asked, gateway.requests) == (Kind.DEFERRED, 0, 0)
    assert "leads to no address that may be called" in outcome.text


def test_a_redirect_is_not_followed(transport, gateway):
    for elsewhere in gateways.serving():
        gateway.refuse(307, 1, f"http://127.0.0.1:{elsewhere.port}/")
        outcome, _ = deliver(transport)
        assert (outcome.kind, elsewhere.requests) == (Kind.UNKNOWN, 0)


def test_the_token_is_in_no_outcome_and_no_name(transport, gateway):
    gateway.refuse(401, 20003)
    outcome, _ = deliver(transport)
    assert gateways.TOKEN not in f"{outcome} {transport.name} {transport.gateway}"
