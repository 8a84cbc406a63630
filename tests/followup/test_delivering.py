"""From an event to a signed POST, and what follows each answer."""

import socket
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.client import RemoteDisconnected
from uuid import uuid4

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.channels.letters import written
from accounts.models import AuditEntry, Letter
from events.dispatching import Happening, dispatch_due
from events.kinds import Kind
from events.models import Event
from events.publishing import publish
from followup import transport
from followup.actions import delivering, switching
from followup.actions.endpoints import rotate_secret
from followup.actions.keeping import keep
from followup.actions.pruning import prune_deliveries
from followup.actions.queueing import queue_deliveries
from followup.actions.repeating import replay, send_again
from followup.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from followup.queries import facts
from followup.rules.happenings import Subject
from followup.rules.trying import PAUSES
from kit.http import Answer, read_named
from surveys.actions.erasing import erase_customer
from tests.builders import NOW, a_member, a_response
from tests.followup.conftest import MAYA

MOST_TRIES = len(PAUSES) + 1

pytestmark = pytest.mark.django_db


def answer(world, score=3, kind=Kind.RESPONSE_RECEIVED, **fields):
    """A response and its event, and what follows it in the journal."""
    with world.inside():
        fields = {"customer": world.ada, "touchpoint": world.touchpoint, **fields}
        response = a_response(world.organisation, world.programme, score, **fields)
        publish(organisation_id=world.organisation.pk, kind=kind, now=NOW, response=response.pk)
    dispatch_due(now=NOW)
    return response


def log(world):
    with world.inside():
        return list(WebhookDelivery.objects.order_by("id").values_list("type", "state", "attempts"))


def test_an_answer_reaches_a_program_signed(world, receiver):
    _, secret = world.endpoint(receiver.url)
    response = answer(world, comment="The bill was wrong.")

    with time_machine.travel(NOW, tick=False):
        assert world.deliver() == 1
        (request,) = receiver.received
        said = Webhook(secret).verify(request.body, request.headers)

    assert request.path == "/hook?from=cxapp"
    assert request.headers["content-type"] == "application/json"
    assert (said["type"], said["timestamp"]) == ("response.received", "2026-05-12T09:30:00Z")
    assert said["data"]["response"]["id"] == str(response.pk)
    assert said["data"]["response"]["touchpoint"] == "billing"
    assert "bill was wrong" not in request.body.decode(), "thin unless somebody asks for more"
    assert log(world) == [("response.received", "delivered", 1)]
    with world.inside():
        (tried,) = WebhookAttempt.objects.all()
    assert (tried.status, tried.answer, tried.error) == (200, "thanks", "")


def test_a_body_that_was_touched_is_not_believed(world, receiver):
    _, secret = world.endpoint(receiver.url)
    answer(world)
    with time_machine.travel(NOW, tick=False):
        world.deliver()
        (request,) = receiver.received
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(request.body + b" ", request.headers)


def test_what_was_delivered_is_not_sent_again(world, receiver):
    world.endpoint(receiver.url)
    answer(world)
    assert world.deliver() == 1
    assert world.deliver(NOW + timedelta(days=1)) == 0
    assert len(receiver.received) == 1


def endpoint_of(world):
    with world.inside():
        return WebhookEndpoint.objects.get()


def tries(world):
    with world.inside():
        return [(one.status, one.error) for one in WebhookAttempt.objects.order_by("id")]


def test_a_failure_is_tried_again_for_days_under_the_same_id_and_body(world, receiver):
    world.endpoint(receiver.url, detail="answers")
    answer(world, comment="Wrong bill")
    receiver.answer(500, b"oops")
    moments, now = [], NOW
    while world.deliver(now):
        moments.append(now)
        with world.inside():
            now = max(now, WebhookDelivery.objects.get().due_at)

    assert log(world) == [("response.received", "failed", MOST_TRIES)]
    assert timedelta(days=3) < moments[-1] - NOW < timedelta(days=6)
    assert len({(one.id, one.body) for one in receiver.received}) == 1
    assert tries(world)[-1] == (500, "It answered 500.")
    assert endpoint_of(world).failing_since == NOW


def test_the_moment_is_signed_anew_with_every_try(world, receiver):
    _, secret = world.endpoint(receiver.url)
    answer(world)
    receiver.answers = [(503, {}, b""), (200, {}, b"")]
    world.deliver()
    later = NOW + timedelta(hours=1)
    world.deliver(later)
    with time_machine.travel(later, tick=False):
        Webhook(secret).verify(receiver.received[1].body, receiver.received[1].headers)
        with pytest.raises(WebhookVerificationError, match="too old"):
            Webhook(secret).verify(receiver.received[0].body, receiver.received[0].headers)
    assert endpoint_of(world).failing_since is None, "a success ends the failure"


def test_while_a_secret_is_changed_both_sign(world, receiver):
    endpoint, old = world.endpoint(receiver.url)
    with world.inside():
        new = rotate_secret(endpoint=endpoint, is_leaked=False, actor=MAYA, now=NOW)
    answer(world)
    with time_machine.travel(NOW, tick=False):
        world.deliver()
        (request,) = receiver.received
        for secret in (new, old):
            Webhook(secret).verify(request.body, request.headers)
    answer(world)
    two_days = NOW + timedelta(days=2)
    with time_machine.travel(two_days, tick=False):
        world.deliver(two_days)
        with pytest.raises(WebhookVerificationError):
            Webhook(old).verify(receiver.received[1].body, receiver.received[1].headers)


def test_a_redirect_is_a_failure_and_leads_nowhere(world, receiver):
    world.endpoint(receiver.url)
    answer(world)
    receiver.answer(307, Location="http://169.254.169.254/latest/meta-data")
    world.deliver()
    assert tries(world) == [(307, "It answered 307: redirects are not followed.")]
    assert len(receiver.received) == 1


def test_410_switches_it_off_and_says_so_to_those_who_can_repair_it(world, receiver):
    world.endpoint(receiver.url)
    for role in ("owner", "manager", "responder"):
        a_member(world.organisation, role, email=f"{role}@acme.example")
    answer(world)
    receiver.answer(410)
    world.deliver()

    assert endpoint_of(world).off_because == "gone"
    with world.inside():
        letters = list(Letter.objects.order_by("id"))
        assert [one.to for one in letters] == ["owner@acme.example", "manager@acme.example"]
        words = written(letters[0], NOW)
        last = AuditEntry.objects.order_by("-id").first()
    assert words.subject == "The webhook Helpdesk was switched off"
    assert "410 Gone" in words.text
    assert (last.action, last.actor) == ("webhook.switched_off", "webhooks")
    answer(world)
    assert len(log(world)) == 1, "what happens from now on is not queued"


def test_days_of_nothing_but_failures_switch_it_off(world, receiver):
    world.endpoint(receiver.url)
    receiver.answer(500)
    for days in (0, 3, 4):
        answer(world)
        world.deliver(NOW + timedelta(days=days))
    assert endpoint_of(world).off_at is None
    answer(world)
    world.deliver(NOW + timedelta(days=5, minutes=1))
    assert endpoint_of(world).off_because == "failing"


def test_a_paused_one_is_told_later(world, receiver):
    endpoint, _ = world.endpoint(receiver.url)
    with world.inside():
        switching.pause(endpoint=endpoint, actor=MAYA, now=NOW)
    answer(world)
    assert world.deliver() == 0
    with world.inside():
        switching.switch_on(endpoint=endpoint, actor=MAYA, now=NOW)
    assert world.deliver() == 1


def test_an_address_that_does_not_answer_rests_and_holds_up_no_other(world, receiver, settings):
    """One connection is tried, not one for each message; and the neighbour is told."""
    settings.WEBHOOK_NETWORKS = (*settings.WEBHOOK_NETWORKS, read_named("127.0.0.1/32:9"))
    world.endpoint("http://127.0.0.1:9/")
    world.endpoint(receiver.url)
    for _ in range(3):
        answer(world)
    assert world.deliver() == 4
    assert len(receiver.received) == 3
    assert [error.partition(":")[0] for _, error in tries(world) if error] == [
        "ConnectionRefusedError"
    ]
    assert world.deliver(NOW + timedelta(seconds=1)) == 0, "it rests"
    assert world.deliver(NOW + timedelta(minutes=1)) == 1


def test_retry_after_is_honoured(world, receiver):
    world.endpoint(receiver.url)
    answer(world)
    receiver.answer(429, Retry_After="7200")
    world.deliver()
    assert world.deliver(NOW + timedelta(minutes=119)) == 0
    assert world.deliver(NOW + timedelta(minutes=121)) == 1


def test_many_messages_share_a_connection(world, receiver):
    world.endpoint(receiver.url)
    for _ in range(5):
        answer(world)
    assert world.deliver() == 5
    assert receiver.connections == 1
    assert len(set(receiver.ids)) == 5


def test_a_poisoned_message_does_not_hold_up_the_others(world, receiver):
    world.endpoint(receiver.url)
    for _ in range(3):
        answer(world)
    receiver.answers = [(500, {}, b""), (200, {}, b"")]
    assert world.deliver() == 3
    assert [state for _, state, _ in log(world)] == ["waiting", "delivered", "delivered"]


def test_nobody_takes_over_an_address_that_is_being_told(world, receiver):
    world.endpoint(receiver.url)
    answer(world)
    with world.inside():
        WebhookEndpoint.objects.update(claim=uuid4(), lease_until=NOW + timedelta(minutes=2))
    assert world.deliver() == 0
    assert world.deliver(NOW + timedelta(minutes=3)) == 1, "whoever claimed it has died"


def test_sending_again_keeps_the_id_and_begins_anew(world, receiver):
    world.endpoint(receiver.url)
    answer(world)
    world.deliver()
    with world.inside():
        send_again(delivery=WebhookDelivery.objects.get(), actor=MAYA, now=NOW)
    receiver.answer(500)
    assert world.deliver() == 1
    assert len(set(receiver.ids)) == 1
    with world.inside():
        row = WebhookDelivery.objects.get()
    assert (row.attempts, row.state) == (2, "waiting")
    assert row.due_at < NOW + timedelta(seconds=10), "the first pause, not the second"


def test_a_replay_brings_what_did_not_arrive_and_what_was_never_queued(world, receiver):
    before = answer(world)
    endpoint, _ = world.endpoint(receiver.url)
    arrived = answer(world)
    world.deliver()
    answer(world)
    with world.inside():
        WebhookDelivery.objects.filter(state="waiting").update(state="failed")
        period = {"since": NOW - timedelta(hours=1), "until": NOW + timedelta(hours=1)}
        acts = {"endpoint": endpoint, **period, "actor": MAYA, "now": NOW}
        assert replay(**acts, everything=False) == 2
        assert replay(**acts, everything=False) == 0, "it waits already"
    receiver.received.clear()
    world.deliver()
    told = [one.said["data"]["response"]["id"] for one in receiver.received]
    assert str(before.pk) in told
    assert str(arrived.pk) not in told
    with world.inside():
        assert replay(**acts, everything=True) == 3
        tomorrow = {**acts, "now": NOW + timedelta(days=1)}
        assert replay(**tomorrow, everything=True) == 0, "all of them wait already"
        assert WebhookDelivery.objects.count() == 3, "whenever it is replayed, under the same ids"
        far = {**acts, "since": NOW + timedelta(days=1), "until": NOW + timedelta(days=2)}
        assert replay(**far, everything=True) == 0


def test_a_reaction_that_runs_twice_queues_once(world, receiver):
    world.endpoint(receiver.url)
    response = answer(world)
    with world.inside():
        event = Event.objects.get()
        told = Happening(event.pk, Kind(event.kind), event.at, {"response": response.pk})
        queue_deliveries(world.organisation.pk, [told], NOW)
    assert len(log(world)) == 1


@pytest.mark.parametrize(
    ("only", "heard"),
    [
        ({"groups": ("low",)}, True),
        ({"groups": ("high", "middle")}, False),
        ({"programmes": (-1,)}, False),
        ({"touchpoints": (-1,)}, False),
        ({"events": ("customer.erased",)}, False),
    ],
)
def test_filters_narrow_what_is_told(world, receiver, only, heard):
    world.endpoint(receiver.url, **only)
    answer(world, score=1)
    assert bool(log(world)) is heard


def test_a_filter_of_scores_lets_pass_what_has_none(world, receiver):
    world.endpoint(receiver.url, groups=("high",))
    with world.inside():
        publish(
            organisation_id=world.organisation.pk,
            kind=Kind.CUSTOMER_OPTED_OUT,
            now=NOW,
            customer=world.ada.pk,
            invitation=1,
        )
    dispatch_due(now=NOW)
    assert [type_ for type_, _, _ in log(world)] == ["customer.opted_out"]


def test_old_messages_are_forgotten(world, receiver):
    world.endpoint(receiver.url)
    answer(world)
    world.deliver()
    with world.inside():
        assert prune_deliveries(now=NOW + timedelta(days=29)) == 0
        assert prune_deliveries(now=NOW + timedelta(days=31)) == 1
        assert WebhookAttempt.objects.count() == 0


def test_nobody_else_s_webhook_hears_of_it(world, receiver):
    world.endpoint(receiver.url)
    globex = type(world)()
    globex.endpoint(receiver.url)
    answer(world)
    world.deliver()
    with globex.inside():
        assert WebhookDelivery.objects.count() == 0
    assert len(receiver.received) == 1


def test_erasing_empties_what_was_told_and_answered_and_what_waits_is_written_anew(world, receiver):
    world.endpoint(receiver.url, detail="customers")
    receiver.answer(500, b"sorry, ada@mail.example")
    answer(world, comment="Call Ada")
    world.deliver()
    with world.inside():
        erase_customer(customer_id=world.ada.pk, tracked=[], actor=MAYA, now=NOW)
    dispatch_due(now=NOW)
    with world.inside():
        told = str(list(WebhookDelivery.objects.values())) + str(
            list(WebhookAttempt.objects.values())
        )
        assert "ada" not in told.lower()
        assert WebhookDelivery.objects.earliest("id").emptied_at == NOW
    receiver.received.clear()
    receiver.answer(200, b"ada@mail.example again")
    world.deliver(NOW + timedelta(hours=1))
    assert sorted(one.said["type"] for one in receiver.received) == [
        "customer.erased",
        "response.received",
    ]
    assert "Ada" not in str([one.body for one in receiver.received])
    with world.inside():
        assert not WebhookAttempt.objects.filter(
            delivery__type="response.received", answer__gt=""
        ).exists(), "what was answered after she was erased is not kept"


def test_an_answer_of_odd_bytes_is_noted_and_holds_up_nobody(world, receiver, settings):
    """PostgreSQL holds no NUL in a text."""
    with odd_server(b"\x00\x01not HTTP at all\r\n\r\n") as port:
        settings.WEBHOOK_NETWORKS = (
            *settings.WEBHOOK_NETWORKS,
            read_named(f"127.0.0.1/32:{port}"),
        )
        world.endpoint(f"http://127.0.0.1:{port}/")
        world.endpoint(receiver.url)
        answer(world)
        assert world.deliver() == 2
    assert [error for _, error in tries(world) if error] == ["BadStatusLine: not HTTP at all"]
    assert len(receiver.received) == 1


@contextmanager
def odd_server(said):
    """Whatever comes, these bytes are answered, once."""

    def serve():
        visitor, _ = server.accept()
        with visitor:
            visitor.recv(65536)
            visitor.sendall(said)
            visitor.shutdown(socket.SHUT_WR)
            while visitor.recv(65536):  # until the other side has read it and hangs up
                pass

    server = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        thread.join(10)
        server.close()


def test_what_nobody_foresaw_at_one_address_holds_up_no_other(world, receiver, monkeypatch):
    broken, _ = world.endpoint(receiver.url)
    world.endpoint(receiver.url)
    answer(world)

    def odd(endpoint_id, tried, now):
        if endpoint_id == broken.pk:
            raise ZeroDivisionError
        keep(endpoint_id, tried, now)

    monkeypatch.setattr(delivering, "keep", odd)
    assert world.deliver() == 2
    assert [state for _, state, _ in log(world)] == ["waiting", "delivered"]
    assert world.deliver(NOW + timedelta(seconds=10)) == 0, "its claim has to end first"


def test_whoever_was_told_longest_ago_comes_first(world, receiver):
    """More addresses than are told side by side: the last of them has its turn as well."""
    for _ in range(3):
        world.endpoint(receiver.url)
    answer(world)
    turns = []
    for second in range(4):
        now = NOW + timedelta(seconds=second)
        (claimed,) = delivering._claim(1, now)
        turns.append(claimed.endpoint_id)
        delivering._release(claimed, now)
    assert len(set(turns[:3])) == 3
    assert turns[3] == turns[0]


def test_an_answer_that_was_cut_off_is_not_asked_for_twice(monkeypatch):
    sent = []

    class Trickling:
        is_open = True

        def __init__(self, place):
            self.was_cut = False

        def connect(self):
            pass

        def cut(self):
            self.was_cut = True

        def close(self):
            pass

        def post_json(self, body, headers):
            sent.append(body)
            if len(sent) == 1:
                return Answer(200, b"")
            carried.cut_if_late(time.monotonic() + transport.PATIENCE + 1)
            assert self.was_cut
            raise RemoteDisconnected("closed without response")

    monkeypatch.setattr(transport, "Call", Trickling)
    parcels = [transport.Parcel(number, f"evt_{number}", b"%d" % number) for number in (1, 2)]
    carried = transport.Round("https://hooks.example/", [], parcels)
    tried = [one for _, one in carried.carry()]
    assert sent == [b"1", b"2"]
    assert [one.why for one in tried] == ["", "No answer in time."]


def test_an_event_about_many_things_is_read_once(world, receiver, monkeypatch):
    asked = []
    monkeypatch.setitem(
        facts.FINDERS, Subject.DECISION, lambda events: asked.append(len(events)) or {}
    )
    told = [
        Happening(number, Kind.DECISION_MADE, NOW, {"decisions": list(range(50))})
        for number in range(3)
    ]
    assert list(facts.facts_of(told)) == []
    assert asked == [3]
