"""After what follows what: wired once, and each reaction may run twice with the same effect."""

from datetime import timedelta

import pytest

from cxapp import flow, schedule
from events import dispatching
from events.dispatching import Happening, dispatch_due
from events.kinds import Kind
from events.models import Delivery, Event
from events.publishing import publish
from kit import tenancy
from metrics.models import AskCell, Cell
from surveys.models import Decision, Interaction, Invitation, Message
from tests.builders import (
    NOW,
    a_customer,
    a_programme,
    a_response,
    a_touchpoint,
    an_interaction,
    an_invitation,
    an_organisation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    """One interaction recorded, one mail sent, one answer received."""
    organisation = an_organisation(suspect_within_seconds=0)
    with tenancy.organisation(organisation.pk):
        touchpoint = a_touchpoint(organisation)
        programme = a_programme(organisation, touchpoint)
        an_interaction(organisation, a_customer(organisation), touchpoint)
        an_invitation(organisation, programme, a_customer(organisation))
        response = a_response(organisation, programme, 4)
        publish(
            organisation_id=organisation.pk,
            kind=Kind.RESPONSE_RECEIVED,
            now=NOW,
            response=response.pk,
        )
    return organisation


def rows():
    return (
        list(Decision.objects.order_by("id").values_list("rule", flat=True)),
        Invitation.objects.count(),
        list(Message.objects.order_by("id").values_list("state", flat=True)),
        sorted(Cell.objects.values_list("dim_1", "dim_2", "value_1", "value_2", "c4")),
        sorted(AskCell.objects.values_list("dim_1", "dim_2", "value_1", "value_2", "finished")),
    )


def test_each_reaction_may_run_twice(organisation):
    with tenancy.organisation(organisation.pk):
        events = {
            Kind.INTERACTION_RECORDED: {"interaction": Interaction.objects.get().pk},
            Kind.RESPONSE_RECEIVED: dict(
                Event.objects.filter(kind="response.received").get().payload
            ),
            Kind.MESSAGE_SENT: {"message": Message.objects.get().pk},
        }
        states = []
        for _ in range(2):
            for _, kinds, reaction in flow.FLOW:
                for kind in set(kinds) & set(events):
                    happening = Happening(0, kind, NOW, events[kind])
                    reaction(organisation.pk, [happening], NOW)
            states.append(rows())
    assert states[0] == states[1]
    assert states[0][0][-1] == "asked"
    assert (0, 0, 0, 0, 1) in states[0][3]


FRESH = 5  # seconds from an answer to the figures


def test_an_answer_reaches_the_cells_with_the_first_wake_up_and_these_come_often(organisation):
    # Nothing is put off: the wake-up at the very moment of the answer counts it.
    dispatch_due(now=NOW)
    with tenancy.organisation(organisation.pk):
        assert Delivery.objects.count() == 0
        assert Cell.objects.filter(dim_1=0, dim_2=0, c4=1).count() == 1
    # One wake-up may be missed, and the next one is still in time; what a wake-up itself takes
    # under load is the bench's fold_rate.
    (wake,) = [one for one in schedule.SCHEDULE.values() if one["task"] == "events.dispatch"]
    assert 2 * wake["schedule"] < FRESH


def test_every_reaction_is_registered_under_its_own_name():
    names = [name for name, _, _ in flow.FLOW]
    assert len(names) == len(set(names))
    assert set(names) <= set(dispatching._reactions)


def test_every_wake_up_names_a_task_and_expires():
    from cxapp.celery import app  # noqa: PLC0415

    app.loader.import_default_modules()
    for name, entry in schedule.SCHEDULE.items():
        assert entry["task"] in app.tasks, name
        assert entry["options"]["expires"] <= timedelta(hours=1).total_seconds()
