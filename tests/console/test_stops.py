"""Staff leave a customer in peace, and lift what holds; every change has one line in the trail."""

import pytest

from accounts.models import AuditEntry
from surveys.models import Customer, Invitation, Suppression
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(acme):
    with acme.inside():
        return acme.customer("Ada")


def holding(acme):
    with acme.inside():
        rows = Suppression.objects.filter(lifted_at__isnull=True).order_by("id")
        return [(one.address_key, one.reason, one.programme_id) for one in rows]


def trail(acme):
    with acme.inside():
        rows = AuditEntry.objects.filter(object_type="customer").order_by("id")
        return [(one.action, one.after.get("programme")) for one in rows]


def test_a_stop_for_one_programme_and_for_all(acme, ada):
    client = acme.client("responder")
    stop = acme.url("customer_stop", ada.pk)
    for _ in range(2):
        client.post(stop, {"programme": acme.csat.pk})
    client.post(stop, {"programme": ""})
    assert holding(acme) == [
        (ada.address_key, "staff", acme.csat.pk),
        (ada.address_key, "staff", None),
    ]
    assert trail(acme) == [("customer.stopped", acme.csat.pk), ("customer.stopped", None)]
    page = client.get(acme.url("customer", ada.pk)).content.decode()
    assert "Is not asked" in page
    assert page.count(">Lift<") == 2


def test_a_stop_is_lifted_by_whom_it_holds_for(acme, ada):
    client = acme.client("responder")
    client.post(acme.url("customer_stop", ada.pk), {"programme": ""})
    with acme.inside():
        stop = Suppression.objects.get()
        eve = acme.customer("Eve")
    assert client.post(acme.url("customer_unstop", eve.pk, stop.pk)).status_code == 404
    assert len(holding(acme)) == 1
    assert client.post(acme.url("customer_unstop", ada.pk, stop.pk)).status_code == 302
    assert holding(acme) == []
    assert [action for action, _ in trail(acme)] == ["customer.stopped", "customer.unstopped"]
    assert client.post(acme.url("customer_unstop", ada.pk, stop.pk)).status_code == 404


@pytest.mark.parametrize("programme", ["999999", "x", "-1"])
def test_no_other_programme_can_be_named(acme, ada, programme):
    acme.client("owner").post(acme.url("customer_stop", ada.pk), {"programme": programme})
    assert (holding(acme), trail(acme)) == ([], [])


def test_somebody_without_an_address_is_left_in_peace_too(acme):
    with acme.inside():
        nobody = acme.customer("Kim", email="")
    acme.client("owner").post(acme.url("customer_stop", nobody.pk), {"programme": ""})
    assert holding(acme) == [(f"customer:{nobody.pk}", "staff", None)]


def test_a_link_made_by_hand_is_shown_until_it_is_answered(acme, ada):
    client = acme.client("responder")
    made = client.post(acme.url("customer_link_new", ada.pk), {"programme": acme.csat.pk})
    assert made.status_code == 302
    page = client.get(made["Location"]).content.decode()
    assert "/qr.svg" in page
    assert trail(acme) == [("customer.linked", acme.csat.pk)]
    with acme.inside():
        Invitation.objects.update(answered_at=NOW)
    assert "/qr.svg" not in client.get(made["Location"]).content.decode()


def test_why_a_person_may_be_asked_is_written_down_whole(acme, ada):
    client, address = acme.client("responder"), acme.url("customer_edit", ada.pk)
    fields = {"name": "Ada", "email": ada.email, "legal_basis": "consent"}
    refused = client.post(address, fields)
    assert refused.status_code == 422
    assert "Say since which day." in refused.content.decode()
    told = {"legal_basis_on": "2026-05-03", "legal_basis_source": "Checkout form"}
    client.post(address, {**fields, **told})
    page = client.get(acme.url("customer", ada.pk)).content.decode()
    assert "Consent since 3 May 2026" in page
    assert "Checkout form" in page
    client.post(address, {**fields, "legal_basis": ""})
    with acme.inside():
        assert Customer.objects.get(pk=ada.pk).legal_basis_on is None
