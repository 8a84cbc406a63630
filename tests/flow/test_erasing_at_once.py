"""Erasing beside an answer, a correction or a mail under way: whoever is second sees the first."""

import uuid
from datetime import timedelta
from threading import Event

import pytest
from django.db import transaction

from accounts.actions.handover import Change, Worker, hand_over
from accounts.models.outgoing import State
from accounts.rules.actors import Actor
from kit import tenancy
from surveys.actions.answering import record_reason, record_score
from surveys.actions.considering import ask_by_hand
from surveys.actions.correcting import AnswerIsErased, Correction, amend_response
from surveys.actions.customers import CustomerFields
from surveys.actions.delivering import Messages
from surveys.actions.erasing import erase_customer
from surveys.actions.opting import opt_out
from surveys.actions.registering import CustomerIsErased, correct_customer
from surveys.actions.reporting import Reported, record_reports
from surveys.actions.texting import Texts
from surveys.channels.twilio import STOPPED_THERE
from surveys.models import Customer, Invitation, Message, Response, Suppression
from surveys.rules.reports import Report
from tests.at_once import elsewhere, until_somebody_waits
from tests.builders import NOW, PLAIN, a_customer, a_programme, an_invitation, an_organisation
from tests.transports import Clock, Scripted

pytestmark = pytest.mark.django_db(transaction=True)
MAYA = Actor(name="maya@acme.example")
SECRET = "I am Zephyrine"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def organisation():
    return an_organisation(sender_email="hello@acme.example", suspect_within_seconds=0)


def asked(organisation, **more):
    with tenancy.organisation(organisation.pk):
        her = a_customer(organisation, name="Zephyrine")
        programme = a_programme(organisation, metric="nps", rest_days=0)
        return an_invitation(organisation, programme, her, context={"nick": SECRET}, **more)


def erase(invitation):
    return erase_customer(customer_id=invitation.customer_id, tracked=[], actor=MAYA, now=LATER)


def while_erasing(organisation, invitation, act):
    """Do `act` after she was erased and before that is committed; return what came of it."""
    with elsewhere() as start:
        with tenancy.organisation(organisation.pk):
            erase(invitation)
            second = start(act)
            until_somebody_waits()
        return second.result(20)


def answers(organisation):
    with tenancy.organisation(organisation.pk):
        rows = Response.objects.order_by("id")
        return [
            (row.score, row.comment, row.context, [one.comment for one in row.revisions.all()])
            for row in rows
        ]


def test_a_score_that_arrives_while_she_is_erased_is_not_taken(organisation):
    invitation = asked(organisation)

    came = while_erasing(
        organisation,
        invitation,
        lambda: record_score(invitation_id=invitation.pk, score=9, signs=PLAIN, now=LATER),
    )

    assert (came, answers(organisation)) == (None, [])


def test_a_reason_that_arrives_while_she_is_erased_is_not_taken(organisation):
    invitation = asked(organisation)
    record_score(invitation_id=invitation.pk, score=9, signs=PLAIN, now=LATER)

    came = while_erasing(
        organisation,
        invitation,
        lambda: record_reason(invitation_id=invitation.pk, comment=SECRET, now=LATER),
    )

    assert (came, answers(organisation)) == (False, [(9, "", {}, [""])])


def test_erasing_that_comes_second_empties_the_answer_it_waited_for(organisation):
    invitation = asked(organisation)
    with elsewhere() as start:
        with transaction.atomic():
            record_score(invitation_id=invitation.pk, score=9, signs=PLAIN, now=LATER)
            record_reason(invitation_id=invitation.pk, comment=SECRET, now=LATER)

            def erasing():
                with tenancy.organisation(organisation.pk):
                    return erase(invitation)

            second = start(erasing)
            until_somebody_waits()
        receipt = second.result(20)

    assert receipt.emptied["surveys_response"] == 1
    assert answers(organisation) == [(9, "", {}, ["", ""])]


def test_a_correction_that_waited_for_the_erasing_is_refused(organisation):
    invitation = asked(organisation)
    response_id = record_score(
        invitation_id=invitation.pk, score=9, signs=PLAIN, now=LATER
    ).response_id

    def correcting():
        correction = Correction(comment=SECRET, reason=SECRET)
        with tenancy.organisation(organisation.pk), pytest.raises(AnswerIsErased):
            amend_response(response_id=response_id, correction=correction, actor=MAYA, now=LATER)

    while_erasing(organisation, invitation, correcting)

    assert answers(organisation) == [(9, "", {}, [""])]


def test_a_form_that_was_open_meanwhile_brings_nobody_back(organisation):
    invitation = asked(organisation)
    with tenancy.organisation(organisation.pk):
        as_read = Customer.objects.get()

    def editing():
        with tenancy.organisation(organisation.pk), pytest.raises(CustomerIsErased):
            correct_customer(
                customer=as_read, fields=CustomerFields(phone="7700"), actor=MAYA, now=LATER
            )

    while_erasing(organisation, invitation, editing)

    with tenancy.organisation(organisation.pk):
        assert Customer.objects.values_list("name", "email", "phone").get() == ("", "", "")


def test_asking_that_waited_for_the_erasing_asks_nobody(organisation):
    invitation = asked(organisation)

    def asking():
        with tenancy.organisation(organisation.pk):
            return ask_by_hand(
                organisation_id=organisation.pk,
                programme_id=invitation.programme_id,
                customer_id=invitation.customer_id,
                actor=MAYA,
                now=LATER,
            ).rule

    assert while_erasing(organisation, invitation, asking) == "archived"
    with tenancy.organisation(organisation.pk):
        assert list(Invitation.objects.values_list("address_key", flat=True)) == [""]


def test_an_unsubscribe_that_waited_writes_no_address_down(organisation):
    invitation = asked(organisation)

    def stopping():
        with tenancy.organisation(organisation.pk):
            opt_out(invitation=invitation, everything=True, now=LATER)

    while_erasing(organisation, invitation, stopping)

    with tenancy.organisation(organisation.pk):
        (held,) = Suppression.objects.values_list("address_key", flat=True)
    assert held.startswith("erased:")


def test_a_worker_at_the_fence_waits_and_finds_its_mail_taken_back(organisation):
    invitation = asked(organisation, sent=False)
    transport, at_fence, may_go = Scripted(), Event(), Event()

    def wait_at_the_fence():
        at_fence.set()
        assert may_go.wait(10)

    transport.before_fence = wait_at_the_fence

    def handing_over():
        worker = Worker(transport=transport, clock=Clock(NOW))
        return hand_over(outbox=Messages(), worker=worker)

    with elsewhere() as start:
        second = start(handing_over)
        assert at_fence.wait(10)
        with tenancy.organisation(organisation.pk):
            erase(invitation)
            may_go.set()
            until_somebody_waits()
        second.result(20)

    assert transport.mails == []
    with tenancy.organisation(organisation.pk):
        assert Message.objects.get().state == "cancelled"


def test_a_report_that_waited_for_the_erasing_ends_without_a_deadlock(organisation):
    """Erasing locks the person and then her mails; a report of "unsubscribed" needs both, too."""
    invitation = asked(organisation, sent=False)
    with tenancy.organisation(organisation.pk):
        message = invitation.messages.get()
    said = Reported(message_id=message.pk, kind=Report.UNSUBSCRIBED, key="once", at=LATER)

    def reporting():
        with tenancy.organisation(organisation.pk):
            return record_reports(
                organisation_id=organisation.pk, provider="postmark", reports=[said], now=LATER
            )

    with elsewhere() as start:
        with tenancy.organisation(organisation.pk):
            Customer.objects.select_for_update().get(pk=invitation.customer_id)
            second = start(reporting)
            until_somebody_waits()
            receipt = erase(invitation)
        assert second.result(20) == 1

    assert receipt.mails_stopped == 1
    with tenancy.organisation(organisation.pk):
        (held,) = Suppression.objects.values_list("address_key", flat=True)
    assert held.startswith("erased:")


def test_a_stop_learnt_from_the_gateway_waits_for_the_erasing(organisation):
    """The text's end is written down with the wish it brought: the person first, then the text."""
    invitation = asked(organisation, sent=False)
    with tenancy.organisation(organisation.pk):
        message = invitation.messages.get()
        claim = uuid.uuid4()
        Message.objects.update(state="handing_over", claim=claim, lease_until=LATER)
    change = Change(
        claim=claim,
        before=(State.HANDING_OVER,),
        state=State.FAILED,
        values={"state": State.FAILED, "last_code": str(STOPPED_THERE), "finished_at": LATER},
        attempt=None,
        now=LATER,
    )

    with elsewhere() as start:
        with tenancy.organisation(organisation.pk):
            Customer.objects.select_for_update().get(pk=invitation.customer_id)
            second = start(lambda: Texts().record(message, change))
            until_somebody_waits()
            receipt = erase(invitation)
        second.result(20)

    assert receipt.mails_on_their_way == 1
    with tenancy.organisation(organisation.pk):
        assert Message.objects.get().state == "uncertain"
        (held,) = Suppression.objects.values_list("address_key", flat=True)
    assert held.startswith("erased:")
