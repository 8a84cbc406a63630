"""The tasks walk through all organisations: what differs is told, what is due is renewed."""

import logging

import pytest

from kit import tenancy
from metrics.actions.rebuilding import rebuild_cells
from metrics.models import Overlap
from metrics.tasks import compare, renew
from tests.metrics.conftest import build_world, day


@pytest.fixture
def two(db):
    for organisation_id, slug in [(4_000_001, "acme"), (4_000_002, "other")]:
        with tenancy.organisation(organisation_id):
            build_world(organisation_id, slug=slug).answer("relation", 9, day(3))


def test_only_the_organisation_that_differs_is_reported(two, caplog):
    with tenancy.organisation(4_000_001):
        rebuild_cells(organisation_id=4_000_001)

    with caplog.at_level(logging.ERROR, logger="metrics.tasks"):
        assert compare() == 1

    assert len(caplog.records) == 1
    assert caplog.records[0].getMessage().startswith("cells of organisation 4000002 differ")


def test_nothing_to_report(two, caplog):
    for organisation_id in (4_000_001, 4_000_002):
        with tenancy.organisation(organisation_id):
            rebuild_cells(organisation_id=organisation_id)

    assert compare() == 0
    assert caplog.records == []


def test_each_organisations_overlaps_are_renewed_once_a_week(two):
    assert renew() == 2
    assert renew() == 0

    for organisation_id in (4_000_001, 4_000_002):
        with tenancy.organisation(organisation_id):
            assert Overlap.objects.count() == 6
