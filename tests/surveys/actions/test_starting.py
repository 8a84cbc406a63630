"""A new organisation finds one journey with its stages in order."""

import pytest

from kit import tenancy
from surveys.actions.starting import lay_out_journey
from surveys.models import Stage
from tests.builders import NOW, an_organisation

pytestmark = pytest.mark.django_db


def test_the_stages_stand_in_order_and_only_once():
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        first = lay_out_journey(organisation_id=organisation.pk, now=NOW)
        again = lay_out_journey(organisation_id=organisation.pk, now=NOW)
        assert first == again
        assert list(Stage.objects.order_by("position").values_list("name", flat=True)) == [
            "Discover",
            "Buy",
            "Start",
            "Use and pay",
            "Get help",
            "Renew",
        ]
