"""Array literals hold what was put in, whatever it is."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from kit import tenancy
from kit.arrays import among_numbers, among_texts, plain, texts
from surveys.models import Customer
from tests.builders import a_customer, an_organisation

pytestmark = pytest.mark.django_db
# PostgreSQL stores neither NUL nor halves of a character.
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


def read(array, kind):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT array(SELECT unnest(%s::{kind}[]))", [array])
        return cursor.fetchone()[0]


@given(st.lists(st.one_of(WORDS, st.sampled_from(["", "NULL", "{}", '"', "\\", " a ", "a,b"]))))
def test_texts_come_back_as_they_were(values):
    assert read(texts(values), "text") == values


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("bigint", []),
        ("bigint", [1, None, -(2**63)]),
        ("boolean", [True, False]),
        ("float", [1.0, 100 / 3]),
        ("date", [date(2026, 5, 12), None]),
        ("timestamptz", [datetime(2026, 5, 12, 9, 30, 1, 234567, UTC)]),
    ],
)
def test_what_needs_no_quotes_comes_back_too(kind, values):
    assert read(plain(values), kind) == values


def test_rows_are_found_by_numbers_and_by_texts():
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        people = [a_customer(organisation, name=name) for name in ('a"b', "c\\d", "e")]
        names = [each.name for each in people[:2]]
        by_id = Customer.objects.filter(among_numbers("id", [each.pk for each in people[:2]]))
        by_name = Customer.objects.filter(among_texts("name", names))

        assert sorted(by_id.values_list("name", flat=True)) == names
        assert sorted(by_name.values_list("name", flat=True)) == names
        assert not Customer.objects.filter(among_numbers("company", [])).exists()
