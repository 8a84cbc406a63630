"""One reminder follows a mail, and none follows an answer, a bounce or an opt-out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.actions.handover import Worker, hand_over
from events.dispatching import Happening
from events.kinds import Kind as Event
from kit import tenancy
from surveys.actions.answering import record_score
from surveys.actions.delivering import Messages
from surveys.actions.opting import opt_out
from surveys.actions.reminding import plan_reminders
from surveys.models import Invitation, Message, Programme, Suppression
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
FIVE_DAYS = timedelta(days=5)
LATER = NOW - timedelta(hours=1) + FIVE_DAYS


@pytest.fixture
def organisation():
    return an_organisation(suspect_within_seconds=0)


def sent(organisation, *, at=NOW - timedelta(hours=1), reminder_days=5, **fields):
    """A mail that left, and what follows it."""
    with tenancy.organisation(organisation.pk):
        programme = Programme.objects.first() or a_programme(
            organisation, reminder_days=reminder_days
        )
        invitation = an_invitation(
            organisation, programme, a_customer(organisation), at=at, **fields
        )
        plan(organisation, invitation)
    return invitation


def plan(organisation, invitation, times=2):
    first = invitation.messages.get(about=f"invitation:{invitation.pk}")
    event = Happening(0, Event.MESSAGE_SENT, NOW, {"message": first.pk})
    for _ in range(times):
        plan_reminders(organisation.pk, [event], NOW)


def reminders(organisation):
    with tenancy.organisation(organisation.pk):
        return list(Message.objects.filter(about__contains=":reminder:").order_by("id"))


def drain(organisation, at=LATER, transport=None):
    """Hand over what is due; the mails that left, and how the reminder stands."""
    transport = transport or Scripted()
    hand_over(outbox=Messages(), worker=Worker(transport=transport, clock=Clock(at)))
    (reminder,) = reminders(organisation)
    return transport.mails, reminder.state, reminder.last_error


def test_one_reminder_is_written_however_often_the_mail_is_reported_sent(organisation):
    invitation = sent(organisation)
    (reminder,) = reminders(organisation)
    assert reminder.about == f"invitation:{invitation.pk}:reminder:1"
    assert (reminder.due_at, reminder.expires_at) == (LATER, invitation.expires_at)
    mails, state, _ = drain(organisation)
    assert (len(mails), state) == (1, "sent")
    assert mails[0].subject == "Your view on Acme Mobile: still one question"
    assert "This is the only reminder." in mails[0].text
    with tenancy.organisation(organisation.pk):
        event = Happening(0, Event.MESSAGE_SENT, LATER, {"message": reminders(organisation)[0].pk})
        plan_reminders(organisation.pk, [event], LATER)
    assert len(reminders(organisation)) == 1


def test_the_reminder_waits_for_the_morning_of_its_reader():
    organisation = an_organisation(
        time_zone="Europe/London",
        sending_days="123456",
        sending_opens=8 * 60,
        sending_closes=20 * 60,
    )
    sent(organisation, at=NOW)  # Tuesday: five days later it is Sunday
    (reminder,) = reminders(organisation)
    assert reminder.due_at == datetime(2026, 5, 18, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "fields",
    [
        {"reminder_days": None},
        {"reminder_days": 40},  # the question is closed by then
        {"is_test": True},
        {"answered_at": NOW},
        {"opted_out_at": NOW},
    ],
)
def test_no_reminder_is_written_where_none_may_follow(organisation, fields):
    sent(organisation, **fields)
    assert reminders(organisation) == []


def test_a_mail_of_which_nobody_knows_has_no_reminder(organisation):
    with tenancy.organisation(organisation.pk):
        programme = a_programme(organisation, reminder_days=5)
        invitation = an_invitation(organisation, programme, a_customer(organisation))
        Message.objects.update(state="uncertain")
        plan(organisation, invitation)
    assert reminders(organisation) == []


def answer(invitation):
    record_score(invitation_id=invitation.pk, score=4, signs=PLAIN, now=LATER)


def bounce(invitation):
    Invitation.objects.filter(pk=invitation.pk).update(bounced_at=NOW)


def stop_everything(invitation):
    opt_out(invitation=invitation, everything=True, now=LATER)


def stop_by_staff(invitation):
    Suppression.objects.create(
        organisation_id=invitation.organisation_id,
        address_key=invitation.address_key,
        reason="staff",
        created_at=NOW,
    )


def switch_off(invitation):
    Programme.objects.update(is_on=False)


def erase(invitation):
    invitation.customer.email = ""
    invitation.customer.save()


def ask_anew(invitation):
    organisation = invitation.organisation
    other = a_programme(organisation)
    an_invitation(organisation, other, invitation.customer, at=LATER - timedelta(days=2))


STOPS = [
    (answer, "cancelled", "The reminder was not sent: the customer had answered."),
    (bounce, "cancelled", "The reminder was not sent: the first mail could not be delivered."),
    (
        stop_everything,
        "suppressed",
        "The reminder was not sent: the customer had asked us to stop.",
    ),
    (
        stop_by_staff,
        "suppressed",
        "The reminder was not sent: mail to the address had been stopped.",
    ),
    (switch_off, "cancelled", "The reminder was not sent: the programme had been switched off."),
    (
        erase,
        "cancelled",
        "The reminder was not sent: the customer is gone or has no address any more.",
    ),
]


@pytest.mark.parametrize(("happens", "state", "words"), STOPS)
def test_what_happens_before_it_is_due_stops_it_and_is_told(organisation, happens, state, words):
    invitation = sent(organisation)
    with tenancy.organisation(organisation.pk):
        happens(invitation)
    assert drain(organisation) == ([], state, words)


def test_a_newer_question_takes_the_place_of_the_reminder(organisation):
    invitation = sent(organisation)
    with tenancy.organisation(organisation.pk):
        ask_anew(invitation)
    assert drain(organisation) == (
        [],
        "cancelled",
        "The reminder was not sent: the customer had been asked something newer meanwhile.",
    )


def test_a_newer_question_that_waits_is_not_told_as_asked(organisation):
    invitation = sent(organisation)
    with tenancy.organisation(organisation.pk):
        other = a_programme(organisation)
        an_invitation(
            organisation, other, invitation.customer, at=LATER - timedelta(days=2), sent=False
        )
        Message.objects.filter(invitation__programme=other).update(due_at=LATER + FIVE_DAYS)
    assert drain(organisation) == (
        [],
        "cancelled",
        "The reminder was not sent: a newer question is planned for the customer.",
    )


def test_where_surveys_may_follow_each_other_at_once_the_reminder_leaves(organisation):
    with tenancy.organisation(organisation.pk):
        organisation.ask_again_after_days = 0
        organisation.save()
    invitation = sent(organisation)
    with tenancy.organisation(organisation.pk):
        ask_anew(invitation)
    mails, state, _ = drain(organisation)
    assert (len(mails), state) == (1, "sent")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("happens", "state", "words"), STOPS)
def test_what_happens_while_it_is_being_handed_over_stops_it_too(
    organisation, happens, state, words
):
    """Somebody else's process, between the accepted recipient and the mail itself."""
    invitation = sent(organisation)

    def elsewhere():
        with tenancy.organisation(organisation.pk):
            happens(Invitation.objects.select_related("customer").get(pk=invitation.pk))
        connection.close()

    def meanwhile():
        with ThreadPoolExecutor(1) as pool:
            pool.submit(elsewhere).result(timeout=10)

    transport = Scripted()
    transport.before_fence = meanwhile
    assert drain(organisation, transport=transport) == ([], state, words)
