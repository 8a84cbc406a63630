"""A form that was opened a while ago writes what stands on it, and nothing else."""

from dataclasses import replace

import pytest

from accounts.rules.actors import Actor
from kit import tenancy
from surveys.actions import editing_programmes, opening
from surveys.models import Programme, PublicLink
from tests.builders import NOW, a_programme, a_touchpoint, an_organisation

pytestmark = pytest.mark.django_db
WHO = {"actor": Actor(name="maya@acme.example"), "now": NOW}


@pytest.fixture
def programme():
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        yield a_programme(organisation, a_touchpoint(organisation))


def test_an_edit_of_a_programme_leaves_what_was_switched_and_planned_since(programme):
    opened = Programme.objects.get()
    editing_programmes.switch_programme(programme=programme, is_on=False, **WHO)
    Programme.objects.update(calendar_from=NOW.date())
    details = replace(editing_programmes.details_of(opened), name="Renamed")
    editing_programmes.update_programme(programme=opened, details=details, **WHO)
    stored = Programme.objects.get()
    assert (stored.name, stored.is_on, stored.calendar_from) == ("Renamed", False, NOW.date())


def test_an_edit_of_a_link_does_not_open_it_again(programme):
    link = opening.open_link(
        programme=programme, details=opening.LinkDetails(name="Receipts"), **WHO
    )
    opened = PublicLink.objects.get()
    opening.revoke_link(link=link, **WHO)
    opening.change_link(link=opened, details=opening.LinkDetails(name="Renamed"), **WHO)
    stored = PublicLink.objects.get()
    assert (stored.name, stored.revoked_at) == ("Renamed", NOW)
