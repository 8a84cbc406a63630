"""A message leaves at most once, is never lost, and only while everybody still wants it."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import OperationalError

from accounts.actions.handover import Worker, hand_over, recover
from accounts.models import Organisation, RoutePause
from accounts.rules.actors import Actor
from accounts.transport import Kind, Outcome, Phase
from events.dispatching import Happening
from events.kinds import Kind as Event
from events.models import Event as EventRow
from kit import tenancy
from kit.mail import as_bytes
from surveys.actions import delivering
from surveys.actions.answering import record_score
from surveys.actions.believing import confirm_answered
from surveys.actions.delivering import Messages
from surveys.actions.erasing import erase_customer
from surveys.actions.opting import opt_out
from surveys.actions.resending import resend_message
from surveys.channels import invitations
from surveys.models import (
    Brake,
    Customer,
    Invitation,
    Message,
    MessageAttempt,
    Programme,
    SendingPause,
    Suppression,
)
from surveys.queries.timelines import timeline
from tests.builders import (
    MACHINE,
    NOW,
    PLAIN,
    a_customer,
    a_programme,
    a_touchpoint,
    an_invitation,
    an_organisation,
)
from tests.transports import Clock, Scripted

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def organisation():
    return an_organisation(time_zone="Asia/Tokyo", sender_email="hello@acme.example")


@pytest.fixture
def clock():
    return Clock(NOW)


def queue(organisation, number=1, **fields):
    """So many messages that are due, each to a customer of its own."""
    with tenancy.organisation(organisation.pk):
        programme = Programme.objects.first() or a_programme(
            organisation, a_touchpoint(organisation, topic="your bill")
        )
        return [
            an_invitation(organisation, programme, a_customer(organisation), sent=False, **fields)
            for _ in range(number)
        ][-1]


def drain(transport, clock, **changes):
    worker = Worker(transport=transport, clock=clock)
    return hand_over(outbox=Messages(), worker=worker, **changes)


def inside(organisation):
    return tenancy.organisation(organisation.pk)


def the_message(organisation):
    with inside(organisation):
        return Message.objects.select_related("invitation").get()


def states(organisation):
    with inside(organisation):
        return list(Message.objects.order_by("id").values_list("state", flat=True))


def kinds(organisation):
    with inside(organisation):
        return list(EventRow.objects.order_by("id").values_list("kind", flat=True))


def test_a_due_message_leaves_and_everybody_knows(organisation, clock):
    clock.now = NOW.replace(hour=22)
    invitation = queue(organisation)
    transport = Scripted()
    assert drain(transport, clock) == 1
    assert drain(transport, clock) == 0
    message = the_message(organisation)
    assert (message.state, message.attempts, message.last_code) == ("sent", 1, "250 2.0.0")
    assert (message.finished_at, message.handing_over_at) == (clock.now, clock.now)
    assert message.invitation.sent_at == clock.now
    assert message.invitation.sent_on == date(2026, 5, 13)  # it is tomorrow in Tokyo
    with inside(organisation):
        attempt = MessageAttempt.objects.get()
        assert (attempt.number, attempt.phase, attempt.code) == (1, "dot", "250 2.0.0")
        event = EventRow.objects.get()
    assert event.kind == Event.MESSAGE_SENT
    assert event.payload == {"message": message.pk, "invitation": invitation.pk}


def test_the_mail_is_the_programmes_and_carries_its_id(organisation, clock):
    queue(organisation)
    transport = Scripted()
    drain(transport, clock)
    [mail] = transport.mails
    message = the_message(organisation)
    assert mail.message_id == f"<{message.message_id}>"
    assert mail.sender[1] == "hello@acme.example"
    with inside(organisation):
        assert mail.recipient == ("Ada Okafor", Customer.objects.get().email)
    headers = dict(mail.headers)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert "/s/" in mail.text
    assert "/s/" in mail.html


def test_what_is_not_due_waits(organisation, clock):
    queue(organisation, at=NOW + MINUTE)
    assert drain(Scripted(), clock) == 0
    clock.move(minutes=1)
    assert drain(Scripted(), clock) == 1
    assert states(organisation) == ["sent"]


def test_what_came_too_late_expires_without_a_word(organisation, clock):
    queue(organisation, at=NOW - timedelta(days=30))
    transport = Scripted()
    assert drain(transport, clock) == 1
    assert states(organisation) == ["expired"]
    assert transport.mails == []


def why(organisation):
    message = the_message(organisation)
    assert message.state == "expired"
    return message.last_error.removeprefix("The mail was not sent: ")


HOLDS = {
    "it expired during the pause “network down”.": lambda i: pause(
        i, key="region", values=["North"]
    ),
    "it expired while all sending was paused.": lambda i: Organisation.objects.update(
        sending_paused_at=NOW
    ),
    "it expired while sending had stopped by itself.": lambda i: Brake.objects.create(
        organisation=i.organisation, because="bounces", count=3, of=20, pulled_at=NOW
    ),
    "its time was over before a worker or the mail server could take it.": lambda i: None,
}


@pytest.mark.parametrize("words", HOLDS)
def test_what_expires_says_what_held_it(organisation, clock, words):
    invitation = queue(organisation, context={"region": "North"})
    with inside(organisation):
        HOLDS[words](invitation)
        invitation.refresh_from_db()
        clock.now = invitation.expires_at + MINUTE
        # It ended in the minute before a worker looked again.
        SendingPause.objects.update(ends_at=invitation.expires_at)
    assert drain(Scripted(), clock) == 1
    assert why(organisation) == words
    with inside(organisation):
        told = [one for one in timeline(customer_id=invitation.customer_id) if one.kind == "mail"]
        assert [(one.state, one.text) for one in told] == [
            ("expired", f"The mail was not sent: {words}")
        ]


def test_one_that_expires_in_a_worker_s_hands_says_so_too(organisation, clock):
    invitation = queue(organisation, context={"region": "North"})
    with inside(organisation):
        pause(invitation, begins_at=NOW - MINUTE)
        Invitation.objects.update(expires_at=NOW)
    drain(Scripted(), clock)
    assert why(organisation) == "it expired during the pause “network down”."


def test_many_that_are_too_late_hold_up_no_other(organisation, clock):
    queue(organisation, 3)
    with inside(organisation):
        Message.objects.update(expires_at=NOW, due_at=NOW - MINUTE)
    queue(organisation)
    transport = Scripted()
    while drain(transport, clock, limit=2):
        pass
    assert states(organisation) == ["expired"] * 3 + ["sent"]


@pytest.mark.parametrize("number", [1, 3])
def test_a_batch_is_written_in_as_many_queries_as_one(
    organisation, clock, django_assert_num_queries, number
):
    queue(organisation, number)
    with inside(organisation):
        rows = list(Message.objects.all())
    # savepoint, whose rows, messages with all that belongs to them, suppressions, nobody's, end
    with django_assert_num_queries(8):
        mails = Messages().write(rows, NOW)
    assert len(mails) == number


def test_two_organisations_in_one_batch(clock):
    first, second = an_organisation(), an_organisation()
    queue(first), queue(second), queue(first)
    transport = Scripted()
    assert drain(transport, clock) == 3
    assert states(first) == ["sent", "sent"]
    assert states(second) == ["sent"]
    assert len({mail.recipient for mail in transport.mails}) == 3


OUTCOMES = [
    (Outcome(Kind.ACCEPTED, Phase.DOT, 250), "sent", [Event.MESSAGE_SENT]),
    (Outcome(Kind.REFUSED, Phase.RCPT, 550, "5.7.1"), "failed", [Event.MESSAGE_FAILED]),
    (Outcome(Kind.REFUSED, Phase.DOT, 554, "5.6.0"), "failed", [Event.MESSAGE_FAILED]),
    (Outcome(Kind.UNKNOWN, Phase.DOT), "uncertain", [Event.MESSAGE_UNCERTAIN]),
    (Outcome(Kind.DEFERRED, Phase.RCPT, 450), "queued", []),
    (Outcome(Kind.DEFERRED, Phase.DATA), "queued", []),
    (Outcome(Kind.DEFERRED, Phase.DOT, 451), "queued", []),
    (Outcome(Kind.PAUSED, Phase.RCPT, 421), "queued", []),
    (Outcome(Kind.DEFERRED, Phase.CONNECT), "queued", []),
    (Outcome(Kind.STOPPED, Phase.AUTH, 535), "queued", []),
]


@pytest.mark.parametrize(("outcome", "state", "events"), OUTCOMES)
def test_each_outcome_has_its_state_and_is_told(organisation, clock, outcome, state, events):
    queue(organisation)
    drain(Scripted(outcome), clock)
    message = the_message(organisation)
    assert message.state == state
    assert (message.claim is None) == (state == "queued")
    assert (message.invitation.sent_at is None) == (state != "sent")
    assert kinds(organisation) == events


def test_what_is_put_off_comes_again_and_ends_with_its_time(organisation, clock):
    queue(organisation)
    busy = Outcome(Kind.DEFERRED, Phase.RCPT, 450, "4.2.1", "4.2.1 Busy")
    pauses = []
    while (message := the_message(organisation)).state == "queued":
        assert drain(Scripted(busy), clock) == 1
        again = the_message(organisation)
        pauses.append((again.due_at - clock.now).total_seconds() / 60)
        clock.now = max(again.due_at, clock.now)
    assert message.state == "failed"
    assert message.last_error == "4.2.1 Busy"
    for pause, planned in zip(pauses, [1, 5, 15, 60, 240, 720], strict=False):
        assert 0.8 * planned <= pause <= 1.2 * planned
    assert message.attempts == len(pauses)
    assert clock.now - NOW < timedelta(hours=48)
    with inside(organisation):
        assert MessageAttempt.objects.count() == len(pauses)


@pytest.mark.parametrize(
    ("outcome", "minutes"),
    [
        (Outcome(Kind.DEFERRED, Phase.CONNECT, text="refused"), 1 / 6),
        (Outcome(Kind.PAUSED, Phase.MAIL, 421), 1),
        (Outcome(Kind.STOPPED, Phase.AUTH, 535, "5.7.8"), 5),
    ],
)
def test_a_route_in_trouble_costs_no_mail_a_try(organisation, clock, outcome, minutes):
    queue(organisation, 3)
    transport = Scripted(outcome)
    drain(transport, clock)
    assert states(organisation) == ["queued", "queued", "queued"]
    assert transport.mails == []
    assert drain(transport, clock) == 0
    clock.move(minutes=minutes)
    assert drain(transport, clock) == 3
    with inside(organisation):
        assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_refused_password_is_shown(organisation, clock, caplog):
    queue(organisation)
    said = Outcome(Kind.STOPPED, Phase.AUTH, 535, "5.7.8", "5.7.8 Wrong password")
    drain(Scripted(said), clock)
    assert RoutePause.objects.get().reason == "auth: 535 5.7.8 Wrong password"
    assert "ERROR" in caplog.text


def test_a_dead_address_is_asked_no_more(organisation, clock):
    invitation = queue(organisation)
    drain(Scripted(Outcome(Kind.REFUSED, Phase.RCPT, 550, "5.1.1")), clock)
    with inside(organisation):
        suppression = Suppression.objects.get()
        assert (suppression.reason, suppression.programme_id) == ("bounced", None)
        assert suppression.address_key == invitation.address_key
        assert Invitation.objects.get().bounced_at == NOW


def test_a_refusal_for_its_content_says_nothing_of_the_address(organisation, clock):
    queue(organisation)
    drain(Scripted(Outcome(Kind.REFUSED, Phase.DOT, 554, "5.6.0")), clock)
    with inside(organisation):
        assert not Suppression.objects.exists()
        assert Invitation.objects.get().bounced_at is None


# --- what may change between the claim and the fence --------------------------------------------


def suppress(invitation, programme=None):
    Suppression.objects.create(
        organisation_id=invitation.organisation_id,
        address_key=invitation.address_key,
        programme=programme,
        reason="staff",
        created_at=NOW,
    )


def erase_a_relative(invitation):
    """Somebody who shares the address is erased, who is never to be asked there again."""
    relative = a_customer(invitation.organisation, email=invitation.customer.email)
    erase_customer(customer_id=relative.pk, tracked=[], actor=Actor(name="maya"), now=NOW)


def pause(invitation, **fields):
    Invitation.objects.update(context={"region": "North", "is_new": True})
    SendingPause.objects.create(
        organisation_id=invitation.organisation_id,
        reason="network down",
        **{"begins_at": NOW, "created_at": NOW, **fields},
    )


def answer(invitation):
    record_score(
        invitation_id=invitation.pk,
        score=4,
        signs=PLAIN,
        now=NOW,
    )


CHANGES = {
    "answered": (answer, "cancelled"),
    "opted out": (lambda i: opt_out(invitation=i, everything=False, now=NOW), "suppressed"),
    "opted out of all": (lambda i: opt_out(invitation=i, everything=True, now=NOW), "suppressed"),
    "suppressed for all": (suppress, "suppressed"),
    "suppressed here": (lambda i: suppress(i, i.programme), "suppressed"),
    "a relative erased": (erase_a_relative, "suppressed"),
    "programme off": (lambda i: Programme.objects.update(is_on=False), "cancelled"),
    "programme archived": (lambda i: Programme.objects.update(archived_at=NOW), "cancelled"),
    "customer archived": (lambda i: Customer.objects.update(archived_at=NOW), "cancelled"),
    "address removed": (lambda i: Customer.objects.update(email=""), "cancelled"),
    "address changed": (lambda i: Customer.objects.update(email="new@mail.example"), "queued"),
    "sending paused": (lambda i: Organisation.objects.update(sending_paused_at=NOW), "queued"),
    "incident": (lambda i: pause(i, key="region", values=["north", "East"]), "queued"),
    "incident for all": (lambda i: pause(i), "queued"),
    "invitation over": (lambda i: Invitation.objects.update(expires_at=NOW), "expired"),
    "message over": (lambda i: Message.objects.update(expires_at=NOW), "expired"),
}


# A changed address is no obstacle before the claim: the mail then simply goes there.
MOMENTS = [
    (name, moment)
    for name in CHANGES
    for moment in ("before the claim", "before the fence")
    if (name, moment) != ("address changed", "before the claim")
]


@pytest.mark.parametrize(("name", "moment"), MOMENTS)
def test_a_wish_is_heard_until_the_last_moment(organisation, clock, name, moment):
    change, state = CHANGES[name]
    invitation = queue(organisation)
    transport = Scripted()

    def heard():
        with inside(organisation):
            change(invitation)

    if moment == "before the claim":
        heard()
    else:
        transport.before_fence = heard
    drain(transport, clock)
    assert transport.mails == []
    assert states(organisation) == [state]
    with inside(organisation):
        assert Invitation.objects.get().sent_at is None


def test_a_suppression_for_another_programme_changes_nothing(organisation, clock):
    invitation = queue(organisation)
    with inside(organisation):
        suppress(invitation, a_programme(organisation))
    drain(Scripted(), clock)
    assert states(organisation) == ["sent"]


@pytest.mark.parametrize(
    "fields",
    [
        {"key": "region", "values": ["South"]},
        {"key": "country", "values": ["North"]},
        {"key": "is_new", "values": ["no"]},
        {"ends_at": NOW},
        {"begins_at": NOW + timedelta(hours=1)},
    ],
)
def test_a_pause_for_others_or_another_time_holds_nothing_back(organisation, clock, fields):
    invitation = queue(organisation)
    with inside(organisation):
        begins = {"begins_at": NOW - timedelta(days=1)} if "ends_at" in fields else {}
        pause(invitation, **begins, **fields)
    drain(Scripted(), clock)
    assert states(organisation) == ["sent"]


@pytest.mark.parametrize("values", [["yes"], ["maybe", "YES"], ["True"]])
def test_a_pause_for_a_yes_is_seen_by_the_fence(organisation, clock, values):
    invitation = queue(organisation)
    transport = Scripted()

    def start():
        with inside(organisation):
            pause(invitation, key="is_new", values=values)

    transport.before_fence = start
    drain(transport, clock)
    assert states(organisation) == ["queued"]


def test_a_test_mail_leaves_while_the_programme_is_off(organisation, clock):
    queue(organisation, is_test=True)
    with inside(organisation):
        Programme.objects.update(is_on=False)
    drain(Scripted(), clock)
    assert states(organisation) == ["sent"]


def test_a_route_that_another_worker_paused_is_not_used(organisation, clock):
    queue(organisation)
    transport = Scripted()
    transport.before_fence = lambda: RoutePause.objects.create(
        route=transport.name, until=NOW + MINUTE, reason="slow down"
    )
    drain(transport, clock)
    assert transport.mails == []
    assert states(organisation) == ["queued"]
    assert the_message(organisation).due_at == NOW + timedelta(seconds=10)


# --- workers that die or sleep ------------------------------------------------------------------


def claimed_by_a_dead_worker(organisation, state, clock):
    queue(organisation)
    with inside(organisation):
        Message.objects.update(
            state=state,
            claim=uuid.uuid4(),
            lease_until=clock.now + MINUTE,
            handing_over_at=clock.now,
        )


def test_what_a_dead_worker_had_claimed_is_taken_up_again(organisation, clock):
    claimed_by_a_dead_worker(organisation, "claimed", clock)
    assert recover(outbox=Messages(), now=clock.now) == 0
    clock.move(minutes=2)
    assert recover(outbox=Messages(), now=clock.now) == 1
    assert drain(Scripted(), clock) == 1
    assert states(organisation) == ["sent"]


def test_a_doubt_that_is_sent_again_is_put_off_like_any_other_mail(organisation, clock):
    queue(organisation)
    drain(Scripted(Outcome(Kind.UNKNOWN, Phase.DOT)), clock)
    clock.move(hours=60)
    with inside(organisation):
        resend_message(message=Message.objects.get(), actor=Actor(name="maya"), now=clock.now)
    busy = Outcome(Kind.DEFERRED, Phase.RCPT, 451, "4.2.1", "Greylisted")
    for _ in "12":
        assert drain(Scripted(busy), clock) == 1
        assert states(organisation) == ["queued"]
        clock.now = the_message(organisation).due_at
    drain(Scripted(), clock)
    assert states(organisation) == ["sent"]


def test_what_a_dead_worker_was_handing_over_is_uncertain_for_ever(organisation, clock):
    claimed_by_a_dead_worker(organisation, "handing_over", clock)
    clock.move(minutes=2)
    assert recover(outbox=Messages(), now=clock.now) == 1
    assert recover(outbox=Messages(), now=clock.now) == 0
    assert drain(Scripted(), clock) == 0
    message = the_message(organisation)
    assert message.state == "uncertain"
    assert message.last_error == "The worker ended while handing this mail over."
    assert kinds(organisation) == [Event.MESSAGE_UNCERTAIN]


def test_a_doubt_whose_time_is_over_stays_one_also_with_a_key(organisation, clock):
    claimed_by_a_dead_worker(organisation, "handing_over", clock)
    with inside(organisation):
        later = clock.now + timedelta(hours=1)
        Message.objects.update(keyed_until=later, expires_at=clock.now + MINUTE)
    clock.move(minutes=2)
    recover(outbox=Messages(), now=clock.now)
    drain(Scripted(), clock)
    assert states(organisation) == ["uncertain"]


def test_a_sleeper_finds_the_fence_closed(organisation, clock):
    queue(organisation)
    sleeper, other = Scripted(), Scripted()

    def sleep():
        clock.move(minutes=5)
        recover(outbox=Messages(), now=clock.now)
        drain(other, clock)

    sleeper.before_fence = sleep
    drain(sleeper, clock)
    assert (len(sleeper.mails), len(other.mails)) == (0, 1)
    assert states(organisation) == ["sent"]


def test_a_sleeper_that_was_accepted_settles_the_doubt(organisation, clock):
    queue(organisation)
    sleeper = Scripted()

    def sleep():
        clock.move(minutes=30)
        recover(outbox=Messages(), now=clock.now)
        assert states(organisation) == ["uncertain"]

    sleeper.after_fence = sleep
    drain(sleeper, clock)
    assert states(organisation) == ["sent"]
    assert the_message(organisation).invitation.sent_at == clock.now


def test_a_sleeper_that_was_refused_changes_no_final_state(organisation, clock):
    queue(organisation)
    sleeper = Scripted(Outcome(Kind.DEFERRED, Phase.DOT, 451))

    def sleep():
        clock.move(minutes=30)
        recover(outbox=Messages(), now=clock.now)

    sleeper.after_fence = sleep
    drain(sleeper, clock)
    assert states(organisation) == ["uncertain"]


def test_a_batch_that_takes_longer_than_its_lease_is_given_back(organisation, clock):
    queue(organisation, 3)
    slow = Scripted()
    slow.after_fence = lambda: clock.move(seconds=80)
    drain(slow, clock)
    assert len(slow.mails) == 2
    assert states(organisation) == ["sent", "sent", "queued"]


# --- errors of our own --------------------------------------------------------------------------


def test_a_mail_that_cannot_be_written_holds_up_no_other(organisation, clock, monkeypatch):
    queue(organisation, 3)
    with inside(organisation):
        poison = Message.objects.order_by("id")[1].pk
    real = invitations.written

    def written(message, now):
        if message.pk == poison:
            raise ZeroDivisionError("bad template")
        return real(message, now)

    monkeypatch.setattr(delivering, "written", written)
    drain(Scripted(), clock)
    assert states(organisation) == ["sent", "queued", "sent"]
    for _ in range(4):
        clock.move(hours=6)
        drain(Scripted(), clock)
    with inside(organisation):
        message = Message.objects.get(pk=poison)
        assert (message.state, message.attempts) == ("failed", 5)
        assert message.last_error == "ZeroDivisionError: bad template"


def test_an_address_that_is_none_fails_at_once(organisation, clock):
    queue(organisation)
    with inside(organisation):
        Customer.objects.update(email="not an address")
    worker = Worker(transport=RealComposer(), clock=clock)
    hand_over(outbox=Messages(), worker=worker)
    message = the_message(organisation)
    assert (message.state, message.attempts) == ("failed", 1)


class RealComposer(Scripted):
    """Writes the bytes as the real transports do."""

    def deliver(self, mail, fence):

        as_bytes(mail)
        return super().deliver(mail, fence)


def test_an_error_behind_the_fence_is_a_doubt_not_a_retry(organisation, clock):
    queue(organisation)
    drain(Scripted(MemoryError("in the middle")), clock)
    assert states(organisation) == ["uncertain"]


def test_a_lost_database_is_no_mails_fault(organisation, clock):
    queue(organisation)
    with pytest.raises(OperationalError):
        drain(Scripted(OperationalError("gone")), clock)
    clock.move(minutes=30)
    recover(outbox=Messages(), now=clock.now)
    assert states(organisation) == ["uncertain"]


# --- evidence -----------------------------------------------------------------------------------


@pytest.mark.parametrize("signs", [PLAIN, MACHINE])
def test_an_answer_proves_the_mail(organisation, clock, signs):
    invitation = queue(organisation)
    drain(Scripted(Outcome(Kind.UNKNOWN, Phase.DOT)), clock)
    assert states(organisation) == ["uncertain"]
    with inside(organisation):
        receipt = record_score(
            invitation_id=invitation.pk,
            score=4,
            signs=signs,
            now=NOW + MINUTE,
        )
        happening = Happening(1, Event.RESPONSE_RECEIVED, NOW, {"response": receipt.response_id})
        confirm_answered(organisation.pk, [happening], NOW + MINUTE)
        confirm_answered(organisation.pk, [happening], NOW + MINUTE)
    message = the_message(organisation)
    assert message.state == "sent"
    assert message.invitation.sent_at == NOW
    assert kinds(organisation).count(Event.MESSAGE_SENT) == 1


@pytest.mark.parametrize("signs", [PLAIN, MACHINE])
def test_an_answer_before_the_lease_of_a_dead_worker_ends_is_proof_too(organisation, clock, signs):
    claimed_by_a_dead_worker(organisation, "handing_over", clock)
    invitation = the_message(organisation).invitation
    with inside(organisation):
        receipt = record_score(invitation_id=invitation.pk, score=4, signs=signs, now=clock.now)
        happening = Happening(1, Event.RESPONSE_RECEIVED, NOW, {"response": receipt.response_id})
        confirm_answered(organisation.pk, [happening], clock.now)
    assert states(organisation) == ["handing_over"]  # its worker may still say so itself

    clock.move(minutes=2)
    assert recover(outbox=Messages(), now=clock.now) == 1

    message = the_message(organisation)
    assert (message.state, message.invitation.sent_at) == ("sent", NOW)
    assert Event.MESSAGE_UNCERTAIN not in kinds(organisation)
    assert kinds(organisation).count(Event.MESSAGE_SENT) == 1


def test_an_answer_by_the_first_mail_proves_no_reminder(organisation, clock):
    claimed_by_a_dead_worker(organisation, "handing_over", clock)
    first = the_message(organisation)
    with inside(organisation):
        Message.objects.create(
            organisation=organisation,
            about=f"invitation:{first.invitation_id}:first",
            invitation=first.invitation,
            state="sent",
            due_at=NOW,
            expires_at=first.expires_at,
            message_id="first@cxapp.example",
            created_at=NOW,
        )
        record_score(invitation_id=first.invitation_id, score=4, signs=PLAIN, now=clock.now)

    clock.move(minutes=2)
    recover(outbox=Messages(), now=clock.now)

    with inside(organisation):
        assert Message.objects.get(pk=first.pk).state == "uncertain"
