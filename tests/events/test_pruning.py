"""The journal is forgotten by its age, and never what a reaction is still owed."""

from datetime import timedelta

import pytest

from events.models import Delivery, Event
from events.pruning import KEPT, prune_journal
from kit import tenancy
from tests.builders import NOW, an_organisation

pytestmark = pytest.mark.django_db


def test_old_events_go_unless_somebody_has_yet_to_hear_of_them(monkeypatch):
    organisation, other = an_organisation(), an_organisation()
    ages = {"old": KEPT + timedelta(seconds=1), "owed": KEPT * 2, "young": KEPT}
    for each in (organisation, other):
        with tenancy.organisation(each.pk):
            events = {
                name: Event.objects.create(organisation_id=each.pk, kind="told", at=NOW - age)
                for name, age in ages.items()
            }
            Delivery.objects.create(
                organisation_id=each.pk, event=events["owed"], reaction="fold", due_at=NOW
            )
    with tenancy.organisation(organisation.pk):
        assert prune_journal(now=NOW) == 1
        kept = Event.objects.order_by("id").values_list("at", flat=True)
        assert list(kept) == [NOW - ages["owed"], NOW - ages["young"]]
    with tenancy.organisation(other.pk):
        assert Event.objects.count() == 3


def test_a_portion_takes_the_oldest_first(monkeypatch):
    monkeypatch.setattr("events.pruning.PORTION", 2)
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        for days in (3, 2, 1):
            at = NOW - KEPT - timedelta(days=days)
            Event.objects.create(organisation_id=organisation.pk, kind="told", at=at)
        assert [prune_journal(now=NOW) for _ in range(3)] == [2, 1, 0]
