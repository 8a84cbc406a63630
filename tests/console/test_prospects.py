"""Why a customer was not asked: the last decision of each programme, and the day that is true."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts.models import Organisation
from surveys.models import Decision, Programme
from surveys.queries.prospects import prospects
from tests.builders import a_customer, an_invitation


def panel(world, customer, role="responder"):
    page = BeautifulSoup(
        world.client(role).get(world.url("customer", customer.pk)).content, "html.parser"
    )
    found = page.select_one("#prospects-title")
    return " ".join(found.parent.get_text(" ").split()) if found else ""


@pytest.fixture
def priya(acme):
    with acme.inside():
        return a_customer(Organisation.objects.get(pk=acme.id), name="Priya Nair")


def test_who_was_never_asked_could_be_today(acme, priya):
    said = panel(acme, priya)
    assert said.startswith("Why was Priya asked, or not?")
    assert "could be asked today" in said
    assert "Last decided" not in said


def test_who_was_asked_lately_reads_why_not_and_from_when(acme, priya):
    now = timezone.now()
    with acme.inside():
        organisation = Organisation.objects.get(pk=acme.id)
        programme = Programme.objects.select_related("survey").get(pk=acme.csat.pk)
        an_invitation(organisation, programme, priya, at=now - timedelta(days=3))
    said = panel(acme, priya)
    assert "Not today: this programme asked on" in said
    assert "Last decided" in said
    with acme.inside():
        found = prospects(organisation=organisation, customer_id=priya.pk, now=now)
        verdict = next(each.verdict for each in found if each.programme.pk == programme.pk)
    assert f"from {verdict.again_on.day} {verdict.again_on:%b %Y}" in said


def test_the_last_no_stands_in_words(acme, priya):
    now = timezone.now()
    with acme.inside():
        Decision.objects.create(
            **acme.own,
            programme_id=acme.csat.pk,
            customer=priya,
            occasion="x",
            is_asked=False,
            rule="kept_place",
            facts={"service": 4, "kept": 2},
            decided_at=now,
        )
    assert (
        "Not asked: four service surveys this year; two kept for the relationship survey."
        in panel(acme, priya)
    )


def test_the_erased_and_the_archived_are_not_looked_at(acme, priya):
    with acme.inside():
        priya.archived_at = timezone.now()
        priya.save()
    assert panel(acme, priya) == ""


def test_what_only_an_occasion_knows_is_in_nobodys_way(acme, priya):
    wants = [{"key": "agent", "test": "is", "values": ["Aisha"]}]
    with acme.inside():
        Programme.objects.update(sampling_percent=1, conditions=wants)
        organisation = Organisation.objects.get(pk=acme.id)
        found = prospects(organisation=organisation, customer_id=priya.pk, now=timezone.now())
    assert found
    assert {each.verdict.rule for each in found} == {"asked"}
