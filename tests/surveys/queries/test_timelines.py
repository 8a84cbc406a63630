"""Later versions of answers on a customer's timeline: another score, other words, taken out."""

from datetime import timedelta

import pytest

from kit import tenancy
from surveys.actions.answering import record_reason, record_score
from surveys.actions.withdrawing import withdraw_answer
from surveys.queries.timelines import timeline
from surveys.rules.doubts import Signs
from tests.builders import (
    NOW,
    a_customer,
    a_programme,
    a_touchpoint,
    an_invitation,
    an_organisation,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_the_timeline_tells_what_was_changed_and_when():
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        customer = a_customer(organisation)
        programme = a_programme(organisation, a_touchpoint(organisation), name="After help")
        invitation = an_invitation(organisation, programme, customer, at=NOW - timedelta(days=1))
        given = {"invitation_id": invitation.pk}
        record_score(**given, score=2, signs=Signs(), now=NOW)
        record_reason(**given, comment="Slow.", now=NOW + MINUTE)  # the answer itself
        record_score(**given, score=2, signs=Signs(), now=NOW + 2 * MINUTE)  # the same again
        record_score(**given, score=5, signs=Signs(), now=NOW + 3 * MINUTE)
        record_score(**given, score=1, signs=Signs(touched_trap=True), now=NOW + 4 * MINUTE)
        record_reason(**given, comment="They called back.", now=NOW + 5 * MINUTE)
        withdraw_answer(**given, now=NOW + 6 * MINUTE)

        told = [one for one in timeline(customer_id=customer.pk) if one.kind == "change"]

    assert [(one.at, one.state, one.score, one.text, one.rule) for one in reversed(told)] == [
        (NOW + 3 * MINUTE, "2", 5, "", ""),
        (NOW + 5 * MINUTE, "", 5, "They called back.", ""),
        (NOW + 6 * MINUTE, "", 5, "", "not_me"),
    ]
