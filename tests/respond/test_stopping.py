"""Unsubscribing: a form for people, one POST for their mail programs, nothing by looking."""

from datetime import timedelta

import pytest
import time_machine

from kit import clock, tenancy
from surveys.models import Customer, Invitation, Suppression
from tests.respond.test_answering import form_of, happened, text

pytestmark = pytest.mark.django_db
STOPPED = "We will not send you such questions again."


def stopped(asked):
    with tenancy.organisation(asked.organisation.pk):
        active = Suppression.objects.filter(lifted_at__isnull=True)
        return list(active.values_list("address_key", "programme", "reason"))


def address_of(asked):
    with tenancy.organisation(asked.organisation.pk):
        return Invitation.objects.get().address_key


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_stops_nothing(customer, asked, method):
    for _ in range(10):
        assert getattr(customer, method)(asked.stop).status_code == 200
    assert stopped(asked) == []
    assert happened(asked) == []


def test_one_button_stops_and_one_undoes(customer, asked):
    offered = customer.get(asked.stop)
    assert "Stop these questions?" in text(offered)
    done = customer.post(*form_of(offered))
    assert done.status_code == 200
    assert STOPPED in text(done)
    assert stopped(asked) == [(address_of(asked), None, "opted_out")]
    assert STOPPED in text(customer.get(asked.stop))
    undone = customer.post(*form_of(done))
    assert "Stop these questions?" in text(undone)
    assert stopped(asked) == []
    assert happened(asked) == ["customer.opted_out", "customer.opted_in"]


@pytest.mark.parametrize("multipart", [False, True])
def test_one_click_of_a_mail_program(customer, asked, multipart):
    """RFC 8058: no cookies, no redirect, either encoding, as often as it likes."""
    for _ in range(10):
        if multipart:
            response = customer.post(asked.stop, {"List-Unsubscribe": "One-Click"})
        else:
            response = customer.post(
                asked.stop,
                "List-Unsubscribe=One-Click",
                content_type="application/x-www-form-urlencoded",
            )
        assert response.status_code == 200
        assert not response.cookies
    assert stopped(asked) == [(address_of(asked), None, "opted_out")]
    assert happened(asked) == ["customer.opted_out"]


def test_the_link_works_long_after_the_question_closed(customer, asked):
    with time_machine.travel(clock.now() + timedelta(days=400)):
        assert customer.post(asked.stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert len(stopped(asked)) == 1


def test_only_this_organisation_stops(customer, asked, ask):
    other = ask()
    customer.post(asked.stop, {"act": "stop"})
    assert len(stopped(asked)) == 1
    assert stopped(other) == []


def test_an_erased_customer_has_no_address_to_stop(customer, asked):
    with tenancy.organisation(asked.organisation.pk):
        Invitation.objects.update(address_key="")
        Customer.objects.update(email="", address_key="", name="", erased_at=clock.now())
    assert customer.post(asked.stop, {"act": "stop"}).status_code == 200
    assert stopped(asked) == []


def test_a_body_of_ten_megabytes_stops_nothing(customer, asked):
    body = b"List-Unsubscribe=One-Click&x=" + b"x" * 10_000_000
    response = customer.post(asked.stop, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert stopped(asked) == []
