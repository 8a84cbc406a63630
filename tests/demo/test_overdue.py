from datetime import timedelta

import pytest

from accounts.models.outgoing import State
from cxapp.demo import SLUG
from cxapp.demo.overdue import let_overdue_go
from kit import tenancy
from surveys.models import Message, Programme
from tests.builders import NOW, a_customer, a_programme, an_invitation, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme():
    organisation = an_organisation(slug=SLUG)
    with tenancy.organisation(organisation.pk):
        yield organisation


def test_days_that_went_by_ask_nobody_and_today_is_asked(acme):
    slept = a_programme(acme, kind="relational", cadence_months=6, is_on=True)
    ahead = a_programme(acme, kind="relational", cadence_months=6, is_on=True)
    Programme.objects.filter(pk=slept.pk).update(calendar_from=NOW.date() - timedelta(days=12))
    Programme.objects.filter(pk=ahead.pk).update(calendar_from=NOW.date() + timedelta(days=1))

    let_overdue_go(NOW)

    kept = dict(Programme.objects.values_list("pk", "calendar_from"))
    assert kept == {slept.pk: NOW.date(), ahead.pk: NOW.date() + timedelta(days=1)}


def test_what_waited_for_more_than_a_day_expires_and_the_rest_leaves(acme):
    programme = a_programme(acme)
    old, fresh, sent = (
        waiting(acme, programme, hours, state)
        for hours, state in ((25, State.QUEUED), (23, State.QUEUED), (25, State.SENT))
    )

    assert let_overdue_go(NOW) == 1

    gone = {one.pk: one.expires_at <= NOW for one in Message.objects.all()}
    assert gone == {old: True, fresh: False, sent: False}


def waiting(organisation, programme, hours, state):
    invitation = an_invitation(organisation, programme, a_customer(organisation), sent=False)
    message = invitation.messages.get()
    message.due_at, message.state = NOW - timedelta(hours=hours), state
    message.save(update_fields=["due_at", "state"])
    return message.pk


def test_without_the_demos_company_there_is_nothing_to_do():
    assert let_overdue_go(NOW) == 0
