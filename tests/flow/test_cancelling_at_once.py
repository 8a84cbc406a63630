"""Cancelling beside an answer or another cancelling: whoever is second sees the first."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from accounts.rules.actors import Actor
from kit import tenancy
from surveys.actions.answering import record_score
from surveys.actions.cancelling import AlreadyAnswered, cancel_invitation
from surveys.models import Invitation
from tests.builders import NOW, PLAIN, a_customer, a_programme, an_invitation, an_organisation
from tests.flow.test_erasing_at_once import elsewhere, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
MAYA = Actor(name="maya@acme.example")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def invitation():
    organisation = an_organisation(suspect_within_seconds=0)
    with tenancy.organisation(organisation.pk):
        programme = a_programme(organisation, metric="nps")
        return an_invitation(organisation, programme, a_customer(organisation), sent=False)


def cancel(invitation):
    with tenancy.organisation(invitation.organisation_id):
        return cancel_invitation(invitation_id=invitation.pk, actor=MAYA, now=NOW)


def answer(invitation):
    return record_score(invitation_id=invitation.pk, score=9, signs=PLAIN, now=LATER)


def beside(invitation, first, second):
    """Do both, the second while the first is not committed; return what came of the second."""
    with elsewhere() as start:
        with tenancy.organisation(invitation.organisation_id):
            first(invitation)
            waits = start(lambda: second(invitation))
            until_somebody_waits()
        return waits.result(20)


def test_an_answer_that_waited_for_the_cancelling_is_not_taken(invitation):
    assert beside(invitation, cancel, answer) is None


def test_a_cancelling_that_waited_for_the_answer_is_refused(invitation):
    with pytest.raises(AlreadyAnswered):
        beside(invitation, answer, cancel)


def test_a_cancelling_that_waited_for_another_changes_nothing(invitation):
    assert beside(invitation, cancel, cancel) is False
    with tenancy.organisation(invitation.organisation_id):
        assert Invitation.objects.get().cancelled_at == NOW
        assert AuditEntry.objects.filter(action="invitation.cancelled").count() == 1
