"""A list means the same customers as every other call that names them."""

from datetime import timedelta

import pytest

from accounts.rules.actors import Actor
from kit import tenancy
from surveys.actions.listing import bring_list, match_list
from surveys.models import Customer
from surveys.queries.meant import find_customer
from surveys.rules.bases import Basis, LegalBasis
from surveys.rules.listing import Person
from tests.builders import NOW, a_customer, an_organisation

pytestmark = pytest.mark.django_db
HOME = "home@mail.example"


@pytest.fixture
def organisation():
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        yield organisation


def meant(person):
    (found,) = match_list([person]).customer_ids or [None]
    same = find_customer(external_id=person.external_id or None, email=person.email or None)
    assert found == (same.pk if same else None)
    return found


def test_another_id_at_the_same_address_is_another_person(organisation):
    a_customer(organisation, HOME, external_id="A1")
    assert meant(Person(HOME, "B2")) is None
    bob = a_customer(organisation, HOME)
    assert meant(Person(HOME, "B2")) == bob.pk, "the id is news about whoever had none"


def test_an_address_alone_is_whoever_is_known_longest(organisation):
    ada = a_customer(organisation, HOME, external_id="A1")
    a_customer(organisation, HOME)
    assert meant(Person("Home@Mail.Example")) == ada.pk
    assert meant(Person(HOME, "A1")) == ada.pk
    assert meant(Person("", "A1")) == ada.pk
    assert meant(Person("else@mail.example")) is None


def test_a_list_brings_the_one_who_shares_an_address(organisation):
    a_customer(organisation, HOME, external_id="A1")
    lists = [
        bring_list(
            organisation_id=organisation.pk,
            people=[Person(HOME, "B2", "Ben")],
            actor=Actor(name="maya@acme.example"),
            now=NOW,
        )
        for _ in range(2)
    ]
    ben = Customer.objects.get(external_id="B2")
    assert [(each.customer_ids, each.added) for each in lists] == [([ben.pk], 1), ([ben.pk], 0)]


def test_a_list_gives_a_reason_to_ask_and_undoes_no_refusal(organisation):
    day = NOW.date()
    said = {"legal_basis_on": day - timedelta(days=9), "legal_basis_source": "Call"}
    a_customer(organisation, "no@mail.example", legal_basis="refused", **said)
    a_customer(organisation, "old@mail.example", legal_basis="contract", **said)
    bring_list(
        organisation_id=organisation.pk,
        people=[Person(f"{name}@mail.example") for name in ("no", "old", "new")],
        basis=LegalBasis(basis=Basis.CONSENT, on=day, source="The fair"),
        actor=Actor(name="maya@acme.example"),
        now=NOW,
    )
    known = Customer.objects.order_by("email").values_list("email", "legal_basis")
    assert dict(known) == {
        "new@mail.example": "consent",
        "no@mail.example": "refused",
        "old@mail.example": "consent",
    }
