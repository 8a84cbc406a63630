from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connections

from cxapp.demo import marker

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def owner(transactional_db):
    """The owner's connection; what it made is gone after the test."""
    with connections["owner"].cursor() as cursor:
        yield cursor
        cursor.execute("DROP TABLE IF EXISTS cx_demo")


pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


def test_a_migrated_database_is_not_empty_and_not_the_demos(owner):
    assert not marker.is_empty()
    assert not marker.carries_marker()
    assert marker.loaded() is None


def test_a_placed_marker_is_seen_by_the_application_role_and_may_be_placed_again(owner):
    marker.place_marker(NOW)
    marker.place_marker(NOW + timedelta(days=1))
    assert marker.carries_marker()
    owner.execute("SELECT placed_at FROM cx_demo")
    assert owner.fetchall() == [(NOW,)]


def test_a_load_that_never_ended_is_not_loaded(owner):
    marker.place_marker(NOW)
    assert marker.loaded() is None
    marker.note_loaded(seed=7, anchor=date(2026, 3, 2), now=NOW)
    assert marker.loaded() == marker.Loaded(7, date(2026, 3, 2), NOW)


@pytest.mark.parametrize(("days", "old"), [(7, False), (8, True)])
def test_a_story_is_old_after_a_week(days, old):
    held = marker.Loaded(7, date(2026, 3, 2), NOW)
    assert held.is_old(NOW + timedelta(days=days)) is old


def test_a_database_without_tables_is_empty(monkeypatch, owner):
    """The question asked of a schema of our own, since the test database has its tables."""
    owner.execute("SELECT current_database()")
    query = marker.TABLES.replace("c.relkind IN", "n.nspname <> 'public' AND c.relkind IN")
    monkeypatch.setattr(marker, "TABLES", query)
    assert marker.is_empty()
