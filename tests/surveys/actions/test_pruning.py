"""Old refusals and old attempts go; what was asked stays, with all that leads back to it."""

from datetime import timedelta

import pytest

from kit import tenancy
from surveys.actions import pruning
from surveys.actions.pruning import KEPT, prune_refusals_and_attempts
from surveys.models import Decision, Message, MessageAttempt
from tests.builders import NOW, a_customer, a_programme, an_invitation, an_organisation

pytestmark = pytest.mark.django_db
OLD = NOW - KEPT - timedelta(seconds=1)


@pytest.fixture
def organisation():
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        yield organisation


def prune(organisation):
    return prune_refusals_and_attempts(organisation_id=organisation.pk, now=NOW)


def test_only_an_old_no_that_names_no_day_ahead_goes(organisation, monkeypatch):
    monkeypatch.setattr(pruning, "PORTION", 1)  # whatever the size of a portion, none is left
    programme = a_programme(organisation, metric="nps")
    asked = an_invitation(organisation, programme, a_customer(organisation), at=OLD)
    kinds = {
        "old": (OLD, None),
        "over": (OLD, (OLD - timedelta(days=1)).date()),
        "names a day": (OLD, NOW.date()),
        "young": (NOW - KEPT, None),
    }
    for name, (at, again_on) in kinds.items():
        Decision.objects.create(
            organisation=organisation,
            programme=programme,
            customer=a_customer(organisation),
            occasion=name,
            is_asked=False,
            rule="rest",
            again_on=again_on,
            decided_at=at,
        )
    Decision.objects.filter(pk=asked.decision_id).update(decided_at=OLD)

    assert prune(organisation) == 2
    kept = Decision.objects.exclude(pk=asked.decision_id).values_list("occasion", flat=True)
    assert sorted(kept) == ["names a day", "young"]
    assert Decision.objects.get(pk=asked.decision_id).is_asked


def test_an_attempt_goes_and_its_mail_stays(organisation):
    asked = an_invitation(
        organisation, a_programme(organisation, metric="nps"), a_customer(organisation)
    )
    message = Message.objects.get(invitation=asked)
    MessageAttempt.objects.all().delete()
    for number, at in enumerate((OLD, NOW - KEPT), 1):
        MessageAttempt.objects.create(
            organisation=organisation,
            message=message,
            number=number,
            phase="dot",
            started_at=at,
            ended_at=at,
            worker="w",
        )
    assert prune(organisation) == 1
    assert list(MessageAttempt.objects.values_list("number", flat=True)) == [2]
    assert Message.objects.get() == message
