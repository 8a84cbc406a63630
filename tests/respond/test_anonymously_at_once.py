"""Many at once on one anonymous link, and what a crash in between leaves: one answer or none."""

from collections import Counter

import pytest
from django.db import IntegrityError, transaction

from kit import clock, tenancy
from surveys.actions.answering_anonymously import Said, record_anonymous
from surveys.models import Invitation
from surveys.rules.doubts import Signs
from tests.respond.test_anonymously import ask, asked, is_used, stored  # noqa: F401
from tests.respond.test_answering import form_of, later
from tests.respond.test_parallel import storm

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_hundred_posts_on_one_link_are_one_answer(customer, asked):  # noqa: F811
    address, form = form_of(customer.get(asked.survey))
    with later():
        statuses = storm(
            lambda client, number: client.post(address, {**form, "score": str(number % 11)})
        )
    assert statuses == Counter({404: 199, 200: 1})
    assert (len(stored(asked)), is_used(asked)) == (1, True)


class PowerCut(Exception):
    """What stands for a kill between the statement and its commit."""


def cut_off(told):
    with transaction.atomic():
        assert record_anonymous(said=Said(score=2), **told) == ""
        raise PowerCut


def test_the_answer_and_the_mark_are_there_together_or_not_at_all(asked):  # noqa: F811
    told = {"invitation_id": asked.invitation.pk, "signs": Signs(seconds=9.0), "now": clock.now()}
    with pytest.raises(PowerCut):
        cut_off(told)
    assert (stored(asked), is_used(asked)) == ([], False)
    assert record_anonymous(said=Said(score=9), **told) == ""
    assert record_anonymous(said=Said(score=1), **told) is None
    assert (stored(asked), is_used(asked)) == ([(9, "", "Gold", [])], True)


def test_no_row_can_say_when_an_anonymous_link_was_used(asked):  # noqa: F811
    for name in ("answered_at", "finished_at", "withdrawn_at"):
        refused = pytest.raises(IntegrityError, match="invitation_anonymous")
        with refused, tenancy.organisation(asked.organisation.pk):
            Invitation.objects.update(**{name: clock.now()})
