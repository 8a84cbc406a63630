"""A kept connection is trusted for some seconds, and dropped at the first error."""

import time

import psycopg2
import pytest
from django.db import OperationalError, connection, connections

from kit.postgres import base

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def statements(monkeypatch):
    """Health checks asked of the server, and a clock that the test turns."""
    asked, clock = [], {"now": 1000.0}
    monkeypatch.setattr(base.time, "monotonic", lambda: clock["now"])
    wrapper = type(connections["default"])
    monkeypatch.setattr(connections["default"], "seen_alive_at", float("-inf"))
    usable = wrapper.is_usable

    def is_usable(self):
        asked.append(clock["now"])
        return usable(self)

    monkeypatch.setattr(wrapper, "is_usable", is_usable)
    connection.ensure_connection()
    monkeypatch.setattr(connections["default"], "health_check_enabled", True)
    return asked, clock


def new_request():
    connection.health_check_done = False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_it_asks_once_in_five_seconds(statements):
    asked, clock = statements
    for step in (0, 1, 3.9, 0.2, 4):
        clock["now"] += step
        new_request()
    assert asked == [1000.0, 1005.1]


def test_a_connection_the_server_ended_fails_once_and_is_made_anew(statements):
    new_request()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    _end(pid)
    with pytest.raises(OperationalError):
        new_request()
    connection.close_if_unusable_or_obsolete()
    new_request()


def _end(pid):
    """A role may end its own sessions, so a second one ends the first."""
    values = connection.get_connection_params()
    values.pop("cursor_factory", None)
    second = psycopg2.connect(**values)
    second.autocommit = True
    with second.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    second.close()
    time.sleep(0.1)
