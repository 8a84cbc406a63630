"""An interaction is recorded once, with its customer, or refused with nothing changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Delivery, Event
from kit import tenancy
from kit.texts import address_key
from surveys.actions import recording
from surveys.actions.customers import CustomerFields, PropertyMismatch
from surveys.actions.recording import (
    InteractionDiffers,
    InteractionFields,
    UnknownTouchpoint,
    record_interaction,
)
from surveys.actions.recording_known import look_up
from surveys.models import Company, Customer, Interaction, PropertyKey
from surveys.queries.meant import find_customer, find_customers
from surveys.rules.bases import Basis, LegalBasis
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


def looked_up(organisation, said):
    return look_up(
        organisation_id=organisation.pk,
        touchpoint="billing",
        customer=said,
        context={},
        source="helpdesk",
        source_ids=[],
    )


def a_basis(basis, on, source):
    return LegalBasis(basis=basis, on=on, source=source)


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
    with pytest.raises(PropertyMismatch, match="plan has been a text since its first value"):
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


def test_a_report_of_somebody_known_costs_two_statements(organisation):
    with CaptureQueriesContext(connection) as new:
        record(organisation)
    with CaptureQueriesContext(connection) as known:
        record(organisation, replace(FIELDS, source_id="4712"))
    assert (len(known), len(new) > 2) == (2, True)


@pytest.mark.parametrize("said", [FIELDS.customer, CustomerFields(email="eve@mail.example")])
def test_whoever_is_overtaken_finds_what_the_other_stored(organisation, monkeypatch, said):
    record(organisation)
    monkeypatch.setattr(recording, "look_up", lambda **of: replace(look_up(**of), is_stored=False))
    other = replace(FIELDS, customer=replace(said, name="Changed", properties={"lines": 3}))
    if said is FIELDS.customer:
        assert not record(organisation, other).is_new
    else:
        with pytest.raises(InteractionDiffers):
            record(organisation, other)
    # What was written of the customer on the way is undone with it.
    assert list(Customer.objects.values_list("name", "properties")) == [
        ("Ada Okafor", {"plan": "Basic"})
    ]
    assert PropertyKey.objects.count() == 2
    assert (Interaction.objects.count(), Event.objects.count()) == (1, 1)


def test_the_one_trip_means_whom_all_others_mean(organisation):
    ada, ben = "ada@mail.example", "ben@mail.example"
    a_customer(organisation, ada, external_id="gone", archived_at=NOW)
    a_customer(organisation, ben, external_id="c-9", archived_at=NOW)
    for known_as, address in (("c-1", ada), (None, ada), (None, ada), ("c-2", ben)):
        a_customer(organisation, address, external_id=known_as)
    last = a_customer(organisation, "", external_id="c-3")
    for known_as, address in (("was-3", "was3@mail.example"), ("was-4", ben)):
        former = {"archived_at": NOW, "merged_at": NOW, "merged_into": last, "name": ""}
        a_customer(organisation, address, external_id=known_as, **former)
    for external_id in (None, "", "c-1", "c-2", "c-3", "c-9", "gone", "new", "was-3", "was-4"):
        for email in (None, "", "Ada@mail.example", ben, "new@mail.example", "was3@mail.example"):
            said = CustomerFields(external_id=external_id, email=email)
            known = looked_up(organisation, said)
            meant = find_customer(external_id=external_id, email=email)
            assert known.customer == meant
            told = (external_id or "", address_key(email or ""))
            assert find_customers([told]) == [meant and meant.pk]


@pytest.mark.parametrize(
    ("said", "is_known"),
    [
        ({}, True),
        ({"name": "Ada Okafor", "company": "Acme", "properties": {"plan": "Basic"}}, True),
        ({"name": "Ada"}, False),
        ({"name": ""}, False),
        ({"phone": "+49 1"}, False),
        ({"email": "ADA@mail.example"}, False),
        ({"language": "de"}, False),
        ({"time_zone": "UTC"}, False),
        ({"company": "Globex"}, False),
        ({"company": ""}, False),
        ({"properties": {"plan": "Plus"}}, False),
        ({"properties": {"lines": 1}}, False),
        ({"legal_basis": a_basis(Basis.CONSENT, date(2026, 1, 1), "Form")}, True),
        ({"legal_basis": a_basis(Basis.REFUSED, date(2025, 1, 1), "Old")}, True),
        ({"legal_basis": a_basis(Basis.REFUSED, date(2026, 2, 1), "Form")}, False),
    ],
)
def test_only_news_of_the_customer_is_written(organisation, said, is_known):
    acme = Company.objects.create(organisation=organisation, name="Acme", created_at=NOW)
    a_customer(
        organisation,
        "ada@mail.example",
        external_id="c-1",
        name="Ada Okafor",
        company=acme,
        properties={"plan": "Basic", "since": 2019},
        legal_basis="consent",
        legal_basis_on=date(2026, 1, 1),
        legal_basis_source="Form",
    )
    fields = replace(FIELDS, customer=CustomerFields(external_id="c-1", **said))
    assert looked_up(organisation, fields.customer).has_customer(fields.customer) is is_known
    before = Customer.objects.values().get()
    record(organisation, fields)
    assert (Customer.objects.values().get() == before) is is_known
