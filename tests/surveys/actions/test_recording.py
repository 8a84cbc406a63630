"""An interaction is recorded once, with its customer, or refused with nothing changed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from events.models import Delivery, Event
from kit import tenancy
from surveys.actions.customers import CustomerFields, PropertyMismatch
from surveys.actions.recording import (
    InteractionDiffers,
    InteractionFields,
    UnknownTouchpoint,
    record_interaction,
)
from surveys.models import Customer, Interaction, PropertyKey
from tests.builders import NOW, a_customer, a_touchpoint, an_organisation

pytestmark = pytest.mark.django_db

FIELDS = InteractionFields(
    source="helpdesk",
    source_id="4711",
    touchpoint="billing",
    customer=CustomerFields(
        email="Ada@Mail.example", name="Ada Okafor", properties={"plan": "Basic"}
    ),
    occurred_at=NOW - timedelta(hours=2),
    context={"agent": "Aisha"},
)


@pytest.fixture
def organisation():
    organisation = an_organisation(time_zone="Pacific/Auckland")
    with tenancy.organisation(organisation.pk):
        a_touchpoint(organisation)
        yield organisation


def record(organisation, fields=FIELDS):
    return record_interaction(organisation_id=organisation.pk, fields=fields, now=NOW)


def test_it_stores_interaction_customer_and_event(organisation):
    recorded = record(organisation)
    stored = Interaction.objects.get()
    assert recorded.is_new
    assert (stored.context, stored.customer.address_key) == ({"agent": "Aisha"}, "ada@mail.example")
    assert stored.local_on.isoformat() == "2026-05-12"  # 19:30 in Auckland
    assert Event.objects.get().payload == {"interaction": stored.pk}
    assert Delivery.objects.filter(reaction="consider inviting").count() == 1
    assert set(PropertyKey.objects.values_list("owner", "key", "kind")) == {
        ("customer", "plan", "text"),
        ("interaction", "agent", "text"),
    }


def test_the_same_call_again_changes_nothing(organisation):
    first, again = record(organisation), record(organisation)
    assert (again.is_new, again.interaction.pk) == (False, first.interaction.pk)
    assert (Interaction.objects.count(), Event.objects.count()) == (1, 1)


def test_another_body_under_the_same_id_is_refused_by_name(organisation):
    record(organisation)
    other = replace(
        FIELDS, context={"agent": "Dean"}, customer=CustomerFields(email="ben@mail.example")
    )
    with pytest.raises(InteractionDiffers) as refused:
        record(organisation, other)
    assert refused.value.names == ["context", "customer.email"]
    assert Customer.objects.count() == 1


def test_an_unknown_touchpoint_leaves_nothing_behind(organisation):
    with pytest.raises(UnknownTouchpoint):
        record(organisation, replace(FIELDS, touchpoint="nowhere"))
    assert (Customer.objects.count(), Event.objects.count()) == (0, 0)


def test_a_property_of_another_type_leaves_nothing_behind(organisation):
    record(organisation)
    customer = replace(FIELDS.customer, name="Changed", properties={"plan": 3})
    with pytest.raises(PropertyMismatch, match="plan is text"):
        record(organisation, replace(FIELDS, source_id="4712", customer=customer))
    assert Interaction.objects.count() == 1
    assert Customer.objects.get().name == "Ada Okafor"


def test_the_customer_is_found_by_external_id_then_by_address(organisation):
    known = a_customer(organisation, "ada@mail.example")
    record(
        organisation,
        replace(FIELDS, customer=CustomerFields(external_id="c-1", email="ada@mail.example")),
    )
    record(organisation, replace(FIELDS, source_id="2", customer=CustomerFields(external_id="c-1")))
    record(
        organisation,
        replace(
            FIELDS,
            source_id="3",
            customer=CustomerFields(external_id="c-2", email="ada@mail.example"),
        ),
    )
    ids = dict(Interaction.objects.values_list("source_id", "customer__external_id"))
    assert ids == {"4711": "c-1", "2": "c-1", "3": "c-2"}
    assert Customer.objects.get(external_id="c-1").pk == known.pk


def test_what_is_not_said_of_a_customer_stays(organisation):
    record(organisation)
    record(
        organisation,
        replace(
            FIELDS, source_id="2", customer=CustomerFields(email="ada@mail.example", phone="+49 1")
        ),
    )
    ada = Customer.objects.get()
    assert (ada.name, ada.phone, ada.properties) == ("Ada Okafor", "+49 1", {"plan": "Basic"})
