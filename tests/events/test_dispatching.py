"""Each reaction runs at least once, a failing one holds up no other, a killed one runs again."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import dispatching
from events.dispatching import dispatch_due
from events.kinds import Kind
from events.models import Delivery, Event
from events.publishing import publish
from kit import tenancy
from tests.builders import NOW, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(monkeypatch):
    """Two reactions to one kind: one that notes what it gets, one that fails on event 13."""
    monkeypatch.setattr(dispatching, "_reactions", {})
    monkeypatch.setattr(dispatching, "_names_by_kind", {})
    seen: list[tuple[int, int]] = []

    def note(organisation_id, happenings, now):
        seen.extend((organisation_id, each.payload["customer"]) for each in happenings)

    def fail(organisation_id, happenings, now):
        if any(each.payload["customer"] == 13 for each in happenings):
            raise RuntimeError("thirteen")

    dispatching.register("note", [Kind.CUSTOMER_OPTED_OUT], note)
    dispatching.register("fail", [Kind.CUSTOMER_OPTED_OUT], fail)
    return seen


def happen(organisation, *customers):
    with tenancy.organisation(organisation.pk):
        for customer in customers:
            publish(
                organisation_id=organisation.pk,
                kind=Kind.CUSTOMER_OPTED_OUT,
                now=NOW,
                customer=customer,
            )


def owed(organisation):
    with tenancy.organisation(organisation.pk):
        return list(Delivery.objects.order_by("id").values_list("reaction", "attempts", "due_at"))


def test_every_organisation_gets_its_own_events_once(seen):
    one, two = an_organisation(), an_organisation()
    happen(one, 1, 2)
    happen(two, 3)
    assert dispatch_due(now=NOW) == 6
    assert seen == [(one.pk, 1), (one.pk, 2), (two.pk, 3)]
    assert dispatch_due(now=NOW) == 0
    assert len(seen) == 3


def test_a_failing_reaction_holds_up_no_other_and_is_tried_later(seen):
    organisation = an_organisation()
    happen(organisation, 12, 13, 14)
    dispatch_due(now=NOW)
    assert seen == [(organisation.pk, each) for each in (12, 13, 14)]
    assert owed(organisation) == [("fail", 1, NOW + timedelta(seconds=5))]
    assert dispatch_due(now=NOW + timedelta(seconds=4)) == 0
    dispatch_due(now=NOW + timedelta(seconds=5))
    assert owed(organisation) == [("fail", 2, NOW + timedelta(seconds=15))]


def test_an_event_nobody_reacts_to_is_journal_only(seen):
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        publish(organisation_id=organisation.pk, kind=Kind.DECISION_MADE, now=NOW, decision=1)
        assert Event.objects.get().payload == {"decision": 1}
    assert dispatch_due(now=NOW) == 0


def test_an_event_of_a_cause_that_rolls_back_never_happened(seen):
    organisation = an_organisation()
    with suppress(KeyError), tenancy.organisation(organisation.pk):
        publish(organisation_id=organisation.pk, kind=Kind.CUSTOMER_OPTED_OUT, now=NOW, customer=1)
        raise KeyError
    assert dispatch_due(now=NOW) == 0
    assert seen == []


def test_one_bad_event_among_many_is_found_by_halves(seen, monkeypatch):
    organisation = an_organisation()
    sizes = []
    fail = dispatching._reactions["fail"]

    def counted(organisation_id, happenings, now):
        sizes.append(len(happenings))
        fail(organisation_id, happenings, now)

    monkeypatch.setitem(dispatching._reactions, "fail", counted)
    happen(organisation, *range(64))
    dispatch_due(now=NOW)

    # The whole, and at each of six halvings the good half and the bad one.
    assert (len(sizes), sizes[0], sizes.count(1)) == (13, 64, 2)
    assert owed(organisation) == [("fail", 1, NOW + timedelta(seconds=5))]


def test_an_event_is_read_once_for_all_that_react_to_it(seen):
    organisation = an_organisation()
    happen(organisation, *range(5))
    with CaptureQueriesContext(connection) as asked:
        dispatch_due(now=NOW)
    assert len([one for one in asked if 'FROM "events_event"' in one["sql"]]) == 1
    assert len(seen) == 5


def test_an_event_of_a_kind_that_is_unknown_here_waits_alone(seen):
    """Such as one that a newer version published, before it was taken back."""
    organisation = an_organisation()
    happen(organisation, 1, 2, 3)
    with tenancy.organisation(organisation.pk):
        newer = Event.objects.get(payload__customer=2)
        Event.objects.filter(pk=newer.pk).update(kind="customer.promoted")
    dispatch_due(now=NOW)
    assert seen == [(organisation.pk, 1), (organisation.pk, 3)]
    later = NOW + timedelta(seconds=5)
    assert sorted(owed(organisation)) == [("fail", 1, later), ("note", 1, later)]
