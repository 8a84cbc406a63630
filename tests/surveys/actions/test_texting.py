"""Texts leave by their own way out, behind the same fence, and STOP is heard everywhere."""

import pytest

from accounts.actions.handover import Worker, hand_over
from accounts.models import RoutePause
from accounts.transport import Kind, Outcome, Phase
from cxapp.sms import route_of
from kit import tenancy
from surveys.actions.delivering import Messages
from surveys.actions.opting import opt_out
from surveys.actions.texting import Texts, drain_texts
from surveys.models import Customer, Invitation, Message, Suppression
from tests import gateway as gateways
from tests.builders import (
    NOW,
    a_customer,
    a_programme,
    a_touchpoint,
    an_invitation,
    an_organisation,
)
from tests.transports import Clock, Scripted

pytestmark = pytest.mark.django_db
PHONE = "+44 7911 123456"
DIALLED = "+447911123456"


@pytest.fixture
def clock():
    return Clock(NOW)


@pytest.fixture
def gateway(settings):
    for each in gateways.serving():
        settings.SMS = route_of(each.url)
        yield each


def queue(organisation=None, channel="sms", **fields):
    organisation = organisation or an_organisation()
    with tenancy.organisation(organisation.pk):
        touchpoint = a_touchpoint(organisation, f"billing-{channel}", topic="your bill")
        customer = a_customer(organisation, **{"phone": PHONE, **fields})
        invitation = an_invitation(
            organisation,
            a_programme(organisation, touchpoint),
            customer,
            sent=False,
            channel=channel,
            touchpoint=touchpoint,
        )
        if channel == "sms":
            Invitation.objects.filter(pk=invitation.pk).update(address_key=DIALLED)
        Message.objects.filter(invitation=invitation).update(channel=channel)
        invitation.refresh_from_db()
    return invitation


def drain(outbox, transport, clock):
    return hand_over(outbox=outbox, worker=Worker(transport=transport, clock=clock))


def state_of(invitation):
    with tenancy.organisation(invitation.organisation_id):
        return Message.objects.get(invitation=invitation).state


def suppressed(invitation):
    with tenancy.organisation(invitation.organisation_id):
        rows = Suppression.objects.filter(lifted_at__isnull=True).order_by("address_key")
        return list(rows.values_list("address_key", "reason"))


def test_a_text_is_short_and_says_who_what_and_how_to_stop(clock, gateway, settings):
    invitation = queue()
    assert drain_texts(clock=clock) == 1
    ((_, body),) = [(each["To"], each["Body"]) for each in gateway.taken]
    assert gateway.taken[0]["To"] == DIALLED
    assert body.startswith("Acme Mobile: How did we do with your bill? http")
    assert body.endswith(" Reply STOP to end")
    assert len(body) <= 160
    assert state_of(invitation) == "sent"
    with tenancy.organisation(invitation.organisation_id):
        message = Message.objects.get()
        assert message.provider_id == f"SM{1:032x}"
        assert Invitation.objects.get().sent_at == NOW


def test_each_drain_takes_its_own_rows(clock):
    mail, text = queue(channel="email"), queue()
    mails, texts = Scripted(), Scripted()
    assert drain(Messages(), mails, clock) == 1
    assert (state_of(mail), state_of(text)) == ("sent", "queued")
    assert drain(Texts(), texts, clock) == 1
    assert state_of(text) == "sent"
    assert [each.recipient[1] for each in texts.mails] == [DIALLED]


def test_without_a_gateway_texts_wait(clock, settings):
    settings.SMS = ()
    invitation = queue()
    assert drain_texts(clock=clock) == 0
    assert state_of(invitation) == "queued"


@pytest.mark.parametrize(("how", "state"), [("close", "uncertain"), ("garbage", "uncertain")])
def test_a_missing_answer_is_never_sent_again(clock, gateway, how, state):
    invitation = queue()
    gateway.misbehave(how)
    drain_texts(clock=clock)
    clock.move(days=1)
    drain_texts(clock=clock)
    assert (state_of(invitation), len(gateway.taken)) == (state, 1)


def test_a_limit_pauses_texts_and_no_mail(clock, gateway):
    invitation, mail = queue(), queue(channel="email")
    gateway.refuse(429, 20429, "Too many requests")
    drain_texts(clock=clock)
    assert state_of(invitation) == "queued"
    assert RoutePause.objects.get().route.startswith("sms:127.0.0.1:")
    assert drain(Messages(), Scripted(), clock) == 1
    assert state_of(mail) == "sent"
    clock.move(minutes=5)
    drain_texts(clock=clock)
    assert state_of(invitation) == "sent"


def test_a_number_that_is_none_is_stopped_and_the_address_stays(clock, gateway):
    invitation = queue()
    gateway.refuse(400, 21211, "Invalid 'To' Phone Number")
    drain_texts(clock=clock)
    assert state_of(invitation) == "failed"
    assert suppressed(invitation) == [(DIALLED, "bounced")]


def test_stop_that_only_the_provider_knew_is_learnt(clock, gateway):
    invitation = queue()
    gateway.refuse(400, 21610, "Attempt to send to unsubscribed recipient")
    drain_texts(clock=clock)
    assert state_of(invitation) == "failed"
    assert {reason for _, reason in suppressed(invitation)} == {"opted_out"}
    assert {key for key, _ in suppressed(invitation)} == {
        DIALLED,
        email_of(invitation),
    }


def email_of(invitation):
    with tenancy.organisation(invitation.organisation_id):
        return Customer.objects.get(pk=invitation.customer_id).address_key


CHANGES = {
    "opted out": (lambda i: opt_out(invitation=i, everything=True, now=NOW), "suppressed"),
    "number taken out": (lambda i: Customer.objects.update(phone=""), "cancelled"),
    "number changed": (lambda i: Customer.objects.update(phone="+44 7911 654321"), "queued"),
    "erased": (
        lambda i: Customer.objects.update(
            email="", address_key="", name="", phone="", erased_at=NOW
        ),
        "cancelled",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_wish_is_heard_until_the_last_moment(clock, name):
    change, state = CHANGES[name]
    invitation, transport = queue(), Scripted()

    def heard():
        with tenancy.organisation(invitation.organisation_id):
            change(invitation)

    transport.before_fence = heard
    drain(Texts(), transport, clock)
    assert (state_of(invitation), transport.mails) == (state, [])


def test_a_bounced_address_keeps_no_text_back_and_the_other_way_round(clock):
    text = queue()
    with tenancy.organisation(text.organisation_id):
        for key in (email_of(text), "+447911654321"):
            Suppression.objects.create(
                organisation_id=text.organisation_id,
                address_key=key,
                reason="bounced",
                created_at=NOW,
            )
    drain(Texts(), Scripted(), clock)
    assert state_of(text) == "sent"


def test_an_error_before_the_request_is_tried_again(clock, gateway):
    invitation = queue()
    drain(Texts(), Scripted(Outcome(Kind.DEFERRED, Phase.CONNECT, text="refused")), clock)
    assert state_of(invitation) == "queued"
    clock.move(minutes=5)
    drain_texts(clock=clock)
    assert (state_of(invitation), len(gateway.taken)) == ("sent", 1)
