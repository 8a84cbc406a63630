"""A cancelled question: what waits is taken back, what is on its way is said to be."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.handover import Worker, hand_over
from accounts.models import AuditEntry
from accounts.rules.actors import Actor
from accounts.transport import Kind, Outcome, Phase
from kit import tenancy
from surveys.actions.answering import record_score
from surveys.actions.answering_anonymously import Said, record_anonymous
from surveys.actions.cancelling import AlreadyAnswered, Left, cancel_invitation, left
from surveys.actions.considering import ask_by_hand
from surveys.actions.delivering import Messages
from surveys.models import Invitation, Message, Response
from tests.builders import (
    NOW,
    PLAIN,
    a_customer,
    a_programme,
    an_invitation,
    an_organisation,
)
from tests.transports import Clock, Scripted

pytestmark = pytest.mark.django_db
RITA = Actor(name="rita@acme.example")
LATER = NOW + timedelta(minutes=1)
BUSY = Outcome(Kind.DEFERRED, Phase.DOT, 450, "4.2.0", "4.2.0 Busy")
TAKEN_BACK = "The mail was not sent: the question had been cancelled."


@pytest.fixture
def organisation():
    return an_organisation(sender_email="hello@acme.example", suspect_within_seconds=0)


def inside(organisation):
    return tenancy.organisation(organisation.pk)


def asked(organisation, **fields):
    with inside(organisation):
        programme = a_programme(organisation, metric="nps")
        return an_invitation(organisation, programme, a_customer(organisation), **fields)


def cancel(invitation, now=NOW):
    with inside(invitation.organisation):
        return cancel_invitation(invitation_id=invitation.pk, actor=RITA, now=now)


def how(invitation):
    """Whether anything left, and the states and words of its mails."""
    with inside(invitation.organisation):
        mails = Message.objects.filter(invitation=invitation).order_by("id")
        fresh = Invitation.objects.get(pk=invitation.pk)
        return left(fresh), list(mails.values_list("state", "last_error"))


def drain(transport, at=NOW):
    hand_over(outbox=Messages(), worker=Worker(transport=transport, clock=Clock(at)))


def rule_now(invitation):
    """What is decided of the same customer by the same programme a minute later."""
    with inside(invitation.organisation):
        return ask_by_hand(
            organisation_id=invitation.organisation_id,
            programme_id=invitation.programme_id,
            customer_id=invitation.customer_id,
            actor=RITA,
            now=LATER,
        ).rule


def test_what_waits_is_taken_back_and_the_link_is_closed(organisation):
    invitation = asked(organisation, sent=False)
    assert cancel(invitation) is True
    assert how(invitation) == (Left.NO, [("cancelled", TAKEN_BACK)])
    transport = Scripted()
    drain(transport)
    assert transport.mails == []
    came = record_score(invitation_id=invitation.pk, score=9, signs=PLAIN, now=LATER)
    with inside(organisation):
        row = Invitation.objects.get()
        assert (row.cancelled_at, row.expires_at) == (NOW, NOW)
        assert (came, Response.objects.count()) == (None, 0)


def test_it_is_one_act_however_often(organisation):
    invitation = asked(organisation, sent=False)
    with inside(organisation):
        before = AuditEntry.objects.count()
    assert [cancel(invitation), cancel(invitation, LATER)] == [True, False]
    with inside(organisation):
        assert Invitation.objects.get().cancelled_at == NOW
        assert AuditEntry.objects.count() == before + 1
        entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.actor, entry.object_id) == (
        "invitation.cancelled",
        RITA.name,
        invitation.pk,
    )
    assert entry.after == {"mails_taken_back": 1}


def test_whoever_got_nothing_was_not_asked(organisation):
    invitation = asked(organisation, sent=False)
    cancel(invitation)
    assert rule_now(invitation) == "asked"


@pytest.mark.parametrize("state", ["sent", "uncertain"])
def test_what_left_or_may_have_left_counts_as_asked(organisation, state):
    invitation = asked(organisation, sent=state == "sent")
    with inside(organisation):
        Message.objects.update(state=state)
    cancel(invitation)
    assert how(invitation)[0] == {"sent": Left.YES, "uncertain": Left.MAYBE}[state]
    assert rule_now(invitation) == "resting"


def test_a_worker_before_the_fence_finds_it_taken_back(organisation):
    invitation = asked(organisation, sent=False)
    transport = Scripted()
    transport.before_fence = lambda: cancel(invitation)
    drain(transport)
    assert transport.mails == []
    assert how(invitation) == (Left.NO, [("cancelled", TAKEN_BACK)])


def test_a_mail_on_its_way_is_said_to_be_and_then_to_have_left(organisation):
    invitation, seen = asked(organisation, sent=False), []
    transport = Scripted()

    def cancelled_meanwhile():
        seen.append((cancel(invitation), how(invitation)))

    transport.after_fence = cancelled_meanwhile
    drain(transport)
    assert seen == [(True, (Left.MAYBE, [("handing_over", "")]))]
    assert how(invitation) == (Left.YES, [("sent", "")])


def test_a_mail_that_came_back_from_its_way_is_not_tried_again(organisation):
    invitation, transport = asked(organisation, sent=False), Scripted(BUSY)
    transport.after_fence = lambda: cancel(invitation)
    drain(transport)
    [(state, _)] = how(invitation)[1]
    assert state == "queued"
    drain(transport, NOW + timedelta(hours=3))
    assert transport.mails == []
    assert how(invitation) == (Left.NO, [("cancelled", TAKEN_BACK)])


def test_a_reminder_that_waits_is_taken_back_too(organisation):
    invitation = asked(organisation)
    with inside(organisation):
        _remind(invitation, 1)
    cancel(invitation)
    words = TAKEN_BACK.replace("mail", "reminder")
    assert how(invitation) == (Left.YES, [("sent", ""), ("cancelled", words)])


def _remind(invitation, number):
    mail = Message.objects.filter(invitation=invitation).earliest("id")
    mail.pk, mail.state, mail.finished_at = None, "queued", None
    mail.about += f":reminder:{number}"
    mail.message_id += f"-{number}"
    mail.save()


def test_an_answer_is_not_cancelled(organisation):
    invitation = asked(organisation, sent=False)
    record_score(invitation_id=invitation.pk, score=9, signs=PLAIN, now=NOW)
    with pytest.raises(AlreadyAnswered):
        cancel(invitation)
    assert how(invitation)[1] == [("queued", "")]
    with inside(organisation):
        assert Invitation.objects.get().cancelled_at is None


def test_of_an_anonymous_question_it_tells_nobody_who_answered(organisation):
    with inside(organisation):
        programme = a_programme(organisation, metric="nps", is_anonymous=True)
        ada, bob = (
            an_invitation(organisation, programme, a_customer(organisation), is_anonymous=True)
            for _ in range(2)
        )
    said = Said(score=9)
    assert record_anonymous(invitation_id=ada.pk, said=said, signs=PLAIN, now=NOW) == ""
    with inside(organisation):
        assert Invitation.objects.get(pk=ada.pk).is_used
    assert [cancel(ada), cancel(bob)] == [True, True]
    assert how(ada) == how(bob)


def test_what_has_expired_stays_as_it_was(organisation):
    invitation = asked(organisation, sent=False)
    assert cancel(invitation, invitation.expires_at) is False
    with inside(organisation):
        assert Invitation.objects.get().cancelled_at is None


def test_three_mails_take_as_many_statements_as_one(organisation):
    counts = []
    for more in (0, 2):
        invitation = asked(organisation, sent=False)
        with inside(organisation):
            for number in range(more):
                _remind(invitation, number)
            with CaptureQueriesContext(connection) as queries:
                cancel_invitation(invitation_id=invitation.pk, actor=RITA, now=NOW)
        assert {state for state, _ in how(invitation)[1]} == {"cancelled"}
        counts.append(len(queries))
    assert counts[0] == counts[1]
