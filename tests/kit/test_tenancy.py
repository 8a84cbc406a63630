"""Nothing is seen before an organisation is entered, and only its own rows afterwards."""

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import Organisation
from kit import tenancy
from surveys.models import Customer
from tests.builders import NOW, a_customer, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    organisations = an_organisation("One"), an_organisation("Two")
    for organisation in organisations:
        with tenancy.organisation(organisation.pk):
            a_customer(organisation, name=organisation.name)
    return organisations


def test_without_an_organisation_there_are_no_rows(two):
    assert (Customer.objects.count(), Organisation.objects.count()) == (0, 0)


def test_inside_one_only_its_own_rows_are_seen(two):
    seen = []
    for organisation in two:
        with tenancy.organisation(organisation.pk):
            seen.append(list(Customer.objects.values_list("name", flat=True)))
    assert seen == [["One"], ["Two"]]


def test_a_row_of_another_organisation_can_be_neither_written_nor_changed(two):
    one, other = two
    with tenancy.organisation(one.pk):
        assert Customer.objects.filter(organisation=other).update(name="Taken") == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Customer.objects.create(organisation_id=other.pk, created_at=NOW)


def test_leaving_forgets_the_organisation(two):
    with tenancy.organisation(two[0].pk):
        assert tenancy.current() == two[0].pk
    assert tenancy.current() is None
    assert Customer.objects.count() == 0


def test_leaving_by_an_error_forgets_it_too(two):
    with pytest.raises(KeyError), tenancy.organisation(two[0].pk):
        raise KeyError
    assert (tenancy.current(), Customer.objects.count()) == (None, 0)


def test_another_organisation_cannot_be_entered_from_inside(two):
    inside = tenancy.organisation(two[0].pk)
    second = tenancy.organisation(two[1].pk)
    with inside, pytest.raises(tenancy.AnotherOrganisation), second:
        pass


def test_the_system_sees_queues_and_nothing_else(two):
    with tenancy.system("handover"):
        assert Customer.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('cx.system', true)")
        assert cursor.fetchone() == ("",)
