"""A wake-up does all that was due when it began, and leaves what comes meanwhile to the next."""

import pytest

from events import dispatching, tasks
from events.kinds import Kind
from events.publishing import publish
from kit import tenancy
from tests.builders import NOW, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(monkeypatch):
    """A reaction that counts its events; the first of them causes one more event each time."""
    monkeypatch.setattr(dispatching, "_reactions", {})
    monkeypatch.setattr(dispatching, "_names_by_kind", {})
    monkeypatch.setattr(tasks.clock, "now", lambda: NOW)
    calls: list[int] = []

    def react(organisation_id, happenings, now):
        calls.append(len(happenings))
        happen(organisation_id, 1)

    dispatching.register("count", [Kind.CUSTOMER_OPTED_OUT], react)
    return calls


def happen(organisation_id, times):
    with tenancy.organisation(organisation_id):
        for number in range(times):
            publish(
                organisation_id=organisation_id,
                kind=Kind.CUSTOMER_OPTED_OUT,
                now=NOW,
                customer=number,
            )


def test_a_wake_up_empties_full_batches_and_chases_nothing_new(counted, monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 3)
    monkeypatch.setattr(
        tasks, "dispatch_due", lambda now: dispatching.dispatch_due(now=now, limit=3)
    )
    happen(an_organisation().pk, 7)

    # Each batch causes one event more; the one that the last batch causes waits.
    assert tasks.dispatch() == 10
    assert counted == [3, 3, 3, 1]
    assert dispatching.dispatch_due(now=NOW) == 1
