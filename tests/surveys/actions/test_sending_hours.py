"""Mail keeps to the sending hours of its reader: when it is decided, and again when it leaves."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.actions.handover import Worker, hand_over
from accounts.transport import Kind, Outcome, Phase
from events.dispatching import Happening
from events.kinds import Kind as Event
from kit import tenancy
from surveys.actions.considering import consider_inviting
from surveys.actions.delivering import Messages
from surveys.models import Decision, Message, Programme
from tests.builders import (
    NOW,
    a_customer,
    a_programme,
    a_touchpoint,
    an_interaction,
    an_invitation,
    an_organisation,
)
from tests.transports import Clock, Scripted

pytestmark = pytest.mark.django_db
# NOW is a Tuesday, 9:30 in UTC: half past six in the evening in Tokyo, half past five in New York.
OFFICE = {"sending_days": "12345", "sending_opens": 8 * 60, "sending_closes": 20 * 60}


@pytest.fixture
def organisation():
    return an_organisation(time_zone="Europe/London", **OFFICE)


def asked(organisation, programme_fields=(), **customer_fields):
    """Somebody who was at the touchpoint an hour ago, and what became of it."""
    with tenancy.organisation(organisation.pk):
        touchpoint = a_touchpoint(organisation)
        a_programme(organisation, touchpoint, **dict(programme_fields))
        customer = a_customer(organisation, **customer_fields)
        interaction = an_interaction(organisation, customer, touchpoint)
        event = Happening(0, Event.INTERACTION_RECORDED, NOW, {"interaction": interaction.pk})
        consider_inviting(organisation.pk, [event], NOW)
        return Decision.objects.get(), Message.objects.first()


def drain(transport, clock):
    return hand_over(outbox=Messages(), worker=Worker(transport=transport, clock=clock))


def the_message(organisation):
    with tenancy.organisation(organisation.pk):
        return Message.objects.get()


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("", NOW),
        ("Asia/Tokyo", NOW),
        ("America/New_York", datetime(2026, 5, 12, 12, 0, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 5, 12, 20, 0, tzinfo=UTC)),
        ("no/such", NOW),
    ],
)
def test_a_mail_is_due_when_it_is_day_where_the_customer_lives(organisation, zone, due):
    decision, message = asked(organisation, time_zone=zone)
    assert (decision.rule, message.due_at) == ("asked", due)


def test_a_delay_that_ends_at_night_ends_in_the_morning(organisation):
    _, message = asked(organisation, {"delay_minutes": 4 * 24 * 60})  # Saturday, 9:30 in London
    assert message.due_at == datetime(2026, 5, 18, 7, 0, tzinfo=UTC)


def test_a_programme_may_have_hours_of_its_own(organisation):
    own = {"sending_days": "7", "sending_opens": 600, "sending_closes": 720}
    _, message = asked(organisation, own)
    assert message.due_at == datetime(2026, 5, 17, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({}, datetime(2026, 5, 26, 7, 0, tzinfo=UTC)),
        ({"sends_on_holidays": True}, datetime(2026, 5, 25, 9, 30, tzinfo=UTC)),
    ],
)
def test_on_a_public_holiday_nobody_is_written_to(fields, due):
    organisation = an_organisation(time_zone="Europe/London", holiday_country="GB", **OFFICE)
    holiday_on_monday = {"delay_minutes": 13 * 24 * 60 + 60, **fields}
    _, message = asked(organisation, holiday_on_monday)
    assert message.due_at == due


def test_where_no_hour_comes_before_it_expires_the_decision_says_so(organisation):
    sundays = {"sending_days": "7", "expires_after_days": 2}
    decision, message = asked(organisation, sundays)
    assert (decision.is_asked, decision.rule, message) == (False, "no_moment", None)


def test_a_mail_that_was_put_off_into_the_night_waits_for_the_morning(organisation):
    asked(organisation)
    clock = Clock(NOW.replace(hour=18, minute=59, second=55))  # seconds to eight
    drain(Scripted(Outcome(Kind.DEFERRED, Phase.RCPT, 451, text="later")), clock)
    put_off = the_message(organisation)
    assert put_off.due_at > clock.now
    clock.now = put_off.due_at
    transport = Scripted()
    drain(transport, clock)
    waits = the_message(organisation)
    assert (transport.mails, waits.state) == ([], "queued")
    assert waits.due_at == datetime(2026, 5, 13, 7, 0, tzinfo=UTC)
    clock.now = waits.due_at
    drain(transport, clock)
    assert (len(transport.mails), the_message(organisation).state) == (1, "sent")


def test_the_fence_looks_at_the_clock_once_more(organisation):
    asked(organisation)
    clock = Clock(NOW.replace(hour=18, minute=59, second=30))

    class Slow(Scripted):
        def deliver(self, mail, fence):
            clock.move(seconds=40)
            return super().deliver(mail, fence)

    transport = Slow()
    drain(transport, clock)
    waits = the_message(organisation)
    assert (transport.mails, waits.state) == ([], "queued")
    assert waits.due_at == datetime(2026, 5, 13, 7, 0, tzinfo=UTC)


def test_a_mail_whose_next_hour_comes_too_late_expires(organisation):
    asked(organisation, {"expires_after_days": 2})
    with tenancy.organisation(organisation.pk):
        Programme.objects.update(sending_days="7")
    transport = Scripted()
    drain(transport, Clock(NOW))
    assert (transport.mails, the_message(organisation).state) == ([], "expired")


def test_what_staff_send_to_themselves_leaves_at_once(organisation):
    midnight = NOW + timedelta(hours=14)
    with tenancy.organisation(organisation.pk):
        programme, ada = a_programme(organisation), a_customer(organisation)
        an_invitation(organisation, programme, ada, sent=False, is_test=True)
    transport = Scripted()
    drain(transport, Clock(midnight))
    assert len(transport.mails) == 1
