"""One place that stops an address, for a programme or for all; repeating it changes nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kit import tenancy
from surveys.actions.suppressing import lift_suppression, suppress_address
from surveys.models import Suppression
from surveys.queries.suppressed import sealed_address
from tests.builders import NOW, a_programme, an_organisation

pytestmark = pytest.mark.django_db
ADA = "ada@mail.example"


@pytest.fixture
def acme():
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        yield organisation


def stop(acme, reason="opted_out", address=ADA, **more):
    return suppress_address(
        organisation_id=acme.pk, address_key=address, reason=reason, now=NOW, **more
    )


def lift(reason="opted_out", address=ADA, **more):
    return lift_suppression(
        address_key=address, reason=reason, now=NOW + timedelta(hours=1), **more
    )


def holding():
    rows = Suppression.objects.filter(lifted_at__isnull=True).order_by("id")
    return list(rows.values_list("address_key", "reason", "programme_id"))


@pytest.mark.parametrize("reason", Suppression.Reason.values)
def test_stopping_twice_is_one_row_for_each_reason(acme, reason):
    assert stop(acme, reason)
    assert not stop(acme, reason)
    assert holding() == [(ADA, reason, None)]
    assert Suppression.objects.get().created_at == NOW


def test_all_programmes_and_one_of_them_are_two_wishes(acme):
    support = a_programme(acme)
    assert stop(acme, programme_id=support.pk)
    assert stop(acme)
    assert lift()
    assert holding() == [(ADA, "opted_out", support.pk)]
    assert lift(programme_id=support.pk)
    assert holding() == []
    assert not lift(programme_id=support.pk)


def test_lifting_one_reason_leaves_the_others(acme):
    stop(acme)
    stop(acme, "bounced")
    lift()
    assert holding() == [(ADA, "bounced", None)]


def test_what_was_lifted_can_be_stopped_again_and_both_are_kept(acme):
    stop(acme)
    lift()
    assert stop(acme)
    assert Suppression.objects.count() == 2
    assert holding() == [(ADA, "opted_out", None)]


def test_a_wish_kept_as_a_hash_is_found_by_the_address(acme):
    stop(acme, address=sealed_address(ADA))
    assert not lift(address="eve@mail.example")
    assert lift()
    assert holding() == []


def test_no_address_is_nobodys(acme):
    assert not stop(acme, address="")
    assert not lift(address="")
    assert holding() == []


def test_a_stop_costs_as_much_the_second_time(acme):
    stop(acme)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        stop(acme)
    assert len(queries) == 1
