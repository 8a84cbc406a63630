"""What a timeline calls each mail: the first one, its reminder, a text message."""

from datetime import timedelta

import pytest

from console.shown.timelines import days_of
from kit import tenancy
from surveys.models import Message
from surveys.queries.timelines import timeline
from tests.builders import NOW, a_customer, a_programme, an_invitation, an_organisation

pytestmark = pytest.mark.django_db


def test_a_reminder_and_a_text_are_called_what_they_are():
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        customer = a_customer(organisation)
        asked = an_invitation(organisation, a_programme(organisation, metric="nps"), customer)
        first = Message.objects.get(invitation=asked)
        for about, channel, days in (("reminder:1", "email", 1), ("again", "sms", 2)):
            Message.objects.create(
                organisation=organisation,
                about=f"{first.about}:{about}",
                channel=channel,
                invitation=asked,
                state="sent",
                due_at=NOW,
                expires_at=NOW + timedelta(days=9),
                message_id=f"{about}@acme.example",
                created_at=NOW,
                finished_at=NOW + timedelta(days=days),
            )
        shown = days_of(timeline(customer_id=customer.pk), NOW)
    told = [one.what for day in shown for one in day.items if "handed over" in one.what]
    assert told == ["Text message handed over", "Reminder handed over", "Mail handed over"]
