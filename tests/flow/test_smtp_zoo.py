"""Two mails to a server that misbehaves in each known way: where their rows end, and what arrived.

The conversation itself is judged in tests/kit/mail; here the whole drain runs against a real
server, with the row, the address, the route and the sink as witnesses.
"""

from datetime import timedelta

import pytest

from accounts.actions.handover import Worker, hand_over
from accounts.models import RoutePause
from kit import tenancy
from kit.mail.smtp import Route, SmtpTransport
from surveys.actions.delivering import Messages
from surveys.models import Message, Suppression
from tests.builders import NOW, a_customer, a_programme, an_invitation, an_organisation
from tests.chaos.sink import Sink
from tests.transports import Clock

pytestmark = pytest.mark.django_db
SENT, FAILED, UNCERTAIN = ("sent", 1), ("failed", 1), ("uncertain", 1)
LATER, UNTRIED = ("queued", 1), ("queued", 0)
# What the server does, the state and tries of both mails, addresses stopped, route paused, stored.
ZOO = [
    ("well", [SENT, SENT], 0, False, 2),
    ("rcpt-450", [LATER, LATER], 0, False, 0),
    ("rcpt-451", [LATER, LATER], 0, False, 0),
    ("rcpt-451-grey", [LATER, LATER], 0, False, 0),
    ("rcpt-451-policy", [LATER, UNTRIED], 0, True, 0),
    ("rcpt-421", [LATER, UNTRIED], 0, True, 0),
    ("rcpt-432", [LATER, UNTRIED], 0, True, 0),
    ("rcpt-454", [LATER, UNTRIED], 0, True, 0),
    ("rcpt-550", [FAILED, FAILED], 2, False, 0),
    ("rcpt-553", [FAILED, FAILED], 0, False, 0),
    ("rcpt-hang", [LATER, LATER], 0, False, 0),
    ("rcpt-close", [LATER, LATER], 0, False, 0),
    ("rcpt-garbage", [LATER, LATER], 0, False, 0),
    ("data-451", [LATER, LATER], 0, False, 0),
    ("data-554", [FAILED, FAILED], 0, False, 0),
    ("dot-451", [LATER, LATER], 0, False, 0),
    ("dot-552", [LATER, LATER], 0, False, 0),
    ("dot-554", [FAILED, FAILED], 0, False, 0),
    ("dot-close", [UNCERTAIN, UNCERTAIN], 0, False, 0),
    ("dot-close-stored", [UNCERTAIN, UNCERTAIN], 0, False, 2),
    ("dot-hang", [UNCERTAIN, UNCERTAIN], 0, False, 0),
    ("dot-garbage", [UNCERTAIN, UNCERTAIN], 0, False, 2),
]
# What it does to everybody who connects: no mail is to blame, so none loses a try.
CLOSED = ["greet-421", "greet-554", "greet-close", "greet-hang", "greet-babble", "ehlo-550"]


@pytest.fixture(scope="module")
def sink(tmp_path_factory):
    with Sink(tmp_path_factory.mktemp("zoo") / "sink.jsonl") as sink:
        yield sink


@pytest.fixture
def transport(sink):
    sink.order("mode")
    open_one = SmtpTransport(Route("127.0.0.1", sink.port, timeout=0.6, dot_timeout=0.6))
    yield open_one
    open_one.close()
    sink.order("mode")


def queue(behaviour):
    organisation = an_organisation(sender_email="hello@acme.example")
    with tenancy.organisation(organisation.pk):
        programme = a_programme(organisation)
        for number in "12":
            customer = a_customer(organisation, f"{behaviour}+{number}@x.example")
            an_invitation(organisation, programme, customer, sent=False)
    return organisation


def drained(organisation, transport):
    worker = Worker(transport=transport, clock=Clock(NOW))
    hand_over(outbox=Messages(), worker=worker)
    with tenancy.organisation(organisation.pk):
        ends = list(Message.objects.order_by("id").values_list("state", "attempts"))
        tried = Message.objects.filter(state="queued", attempts=1)
        due = list(tried.values_list("due_at", flat=True))
        return ends, due, Suppression.objects.count()


@pytest.mark.parametrize(
    ("behaviour", "ends", "stopped", "pauses", "stored"), ZOO, ids=[row[0] for row in ZOO]
)
def test_each_animal_of_the_zoo(sink, transport, behaviour, ends, stopped, pauses, stored):
    before = len(sink.stored())
    organisation = queue(behaviour)

    found, due, suppressed = drained(organisation, transport)

    assert (found, suppressed) == (ends, stopped)
    assert RoutePause.objects.filter(until__gt=NOW).exists() is pauses
    assert len(sink.stored()) - before == stored
    assert len(due) == ends.count(LATER)
    assert all(timedelta(seconds=48) <= at - NOW <= timedelta(seconds=72) for at in due)


@pytest.mark.parametrize("mode", CLOSED)
def test_a_closed_door_costs_no_mail_a_try_and_stops_everybody(sink, transport, mode):
    organisation = queue("well")
    sink.order(f"mode {mode}")

    found, _, suppressed = drained(organisation, transport)

    assert (found, suppressed) == ([UNTRIED, UNTRIED], 0)
    assert RoutePause.objects.filter(until__gt=NOW).exists()
    found, _, _ = drained(organisation, transport)
    assert found == [UNTRIED, UNTRIED]
