"""An organisation of one's own: in the demo for everybody, elsewhere by the server's link."""

import pytest
from django.test import Client

from accounts.actions.first_run import first_link
from accounts.models import AuditEntry, Organisation, User
from accounts.queries.lookups import belongings, organisation_ids
from kit import tenancy

COMPANY = {"company": "Nordlicht Bakery", "time_zone": "Europe/Berlin", "language": "de"}
PERSON = {"name": "Nina", "email": "Nina@bakery.example", "password": "Rye-and-47-buns"}
NEWCOMER = {**COMPANY, **PERSON}


@pytest.fixture
def link():
    return first_link().partition("8000")[2]


def test_a_new_installation_says_how_it_is_claimed_and_takes_nobody_else(db, link):
    client = Client()

    assert client.get("/").url == "/start/"
    page = client.get("/start/")
    assert "manage.py first_link" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert link.split("/")[2] not in page.content.decode()
    assert client.post("/start/", NEWCOMER).status_code == 200
    for forged in ("/start/x/", f"{link[:-2]}{'A' if link[-2] != 'A' else 'B'}/"):
        assert client.get(forged).status_code == client.post(forged, NEWCOMER).status_code == 404
    assert organisation_ids() == []


def test_the_servers_link_makes_the_owner_and_leads_into_the_set_up(db, link):
    client = Client()
    opened = client.get(link)
    assert "Start with your own company" in opened.content.decode()
    assert "no-store" in opened.headers["Cache-Control"]

    answer = client.post(link, NEWCOMER)

    assert answer.url == "/o/nordlicht-bakery/setup/"
    assert client.get(answer.url).url == "/o/nordlicht-bakery/setup/look/"
    (one,) = belongings(User.objects.get(email="nina@bakery.example").pk)
    with tenancy.organisation(one.organisation_id):
        house = Organisation.objects.get()
        assert (house.name, house.time_zone, house.language) == (
            "Nordlicht Bakery",
            "Europe/Berlin",
            "de",
        )
        assert list(AuditEntry.objects.order_by("id").values_list("action", "actor")) == [
            ("organisation.founded", "nina@bakery.example"),
            ("member.added", "nina@bakery.example"),
        ]
    assert Client().get(link).status_code == 404
    assert Client().post(link, {**NEWCOMER, "email": "eve@bakery.example"}).status_code == 404
    assert len(organisation_ids()) == 1
    assert Client().get("/").url == "/sign-in/"


def test_what_is_wrong_is_said_and_founds_nothing(db, link):
    wrong = {**NEWCOMER, "company": " ", "password": "short", "email": "nobody"}

    answer = Client().post(link, wrong)

    assert answer.status_code == 422
    words = answer.content.decode()
    assert "This field is required." in words
    assert "Enter a valid email address." in words
    short = Client().post(link, {**NEWCOMER, "password": "short"})
    assert "This password is too short" in short.content.decode()
    assert (organisation_ids(), User.objects.count()) == ([], 0)


def test_elsewhere_than_in_the_demo_nobody_starts_one(acme):
    client = Client()
    client.force_login(acme.maya)

    assert (client.get("/start/").status_code, Client().get("/start/").status_code) == (404, 404)
    assert client.post("/start/", COMPANY).status_code == 404


def test_in_the_demo_who_has_signed_in_and_who_has_not_start_one(acme, settings):
    settings.DEMO = True
    client = Client()
    client.force_login(acme.victor)

    assert client.post("/start/", COMPANY).url == "/o/nordlicht-bakery/setup/"
    assert {one.slug for one in belongings(acme.victor.pk)} == {"acme-mobile", "nordlicht-bakery"}
    again = Client().post("/start/", {**NEWCOMER, "email": "nina@bakery.example"})
    assert again.url == "/o/nordlicht-bakery-2/setup/"


def test_a_known_address_is_not_taken_over(acme, settings):
    settings.DEMO = True

    answer = Client().post("/start/", {**NEWCOMER, "email": acme.maya.email})

    assert "sign in first" in answer.content.decode()
    assert len(organisation_ids()) == 2
