"""Statements that are planned once for each connection."""

import pytest
from django.db import connection

from kit import statements

pytestmark = pytest.mark.django_db
STATEMENT = "SELECT %(a)s::int + %(b)s::int, %(a)s::int"


def run(values):
    with connection.cursor() as cursor:
        cursor.execute(statements.prepared(cursor, STATEMENT), values)
        return cursor.fetchall()


def known():
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


@pytest.fixture(autouse=True)
def nothing_prepared():
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    statements._known.clear()


def test_a_statement_is_prepared_once_and_keeps_its_values(django_assert_num_queries):
    with django_assert_num_queries(2):
        assert run({"a": 1, "b": 2}) == [(3, 1)]
    with django_assert_num_queries(1):
        assert run({"b": 20, "a": 10}) == [(30, 10)]
    assert [text for text in known() if "$2" in text] == [
        f"PREPARE {statements._forms(STATEMENT)[0]} AS SELECT $1::int + $2::int, $1::int"
    ]


def test_a_new_connection_prepares_anew(transactional_db):
    assert run({"a": 1, "b": 2}) == [(3, 1)]
    connection.close()
    assert run({"a": 1, "b": 2}) == [(3, 1)]


def test_behind_a_pooler_nothing_is_prepared(monkeypatch):
    pooled = {**connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS": True}
    monkeypatch.setattr(connection, "settings_dict", pooled)
    assert run({"a": 1, "b": 2}) == [(3, 1)]
    assert known() == []
