"""Databases of a test run: migrated once and copied for each worker, emptied after a commit."""

import gc
import os
import time
from contextlib import closing, contextmanager

import psycopg2
from django.core.management import call_command
from django.db import OperationalError, connections
from psycopg2 import sql

from cxapp.roles import grant_application_role

# Named by `tests.servers`, so that every worker of a run knows it; pictures need none.
MODEL = os.environ.get("CXAPP_TEST_MODEL", "")
# What `migrate` fills and no test changes.
LEFT = ["django_migrations", "django_content_type", "auth_permission"]
TABLES = """
    SELECT string_agg(quote_ident(relname), ', ' ORDER BY relname) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)
"""
NUMBERED = """
    SELECT count(setval(oid::regclass, %s + abs(hashtext(relname) %% 50000))) FROM pg_class
    WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
"""
# Of rows that are there before a module's tests (older, so lower), of those that one test makes,
# and of those that a module's tests share in a live server.
LASTING, OWN, SHARED = 1, 1_000, 1_000_000


def make(name, owner):
    """Make a database of this name and work on it: a copy of the run's, which is migrated once."""
    with _turn(owner):
        if not _exists(MODEL, owner):
            _migrate(f"{MODEL}_half", owner)
            run_at(owner, "ALTER DATABASE {} RENAME TO {}", f"{MODEL}_half", MODEL)
        run_at(owner, "CREATE DATABASE {} TEMPLATE {}", name, MODEL)
    # A copy has the tables' rights and none of the database's own.
    run_at(owner, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
    point_at(name)
    grant_application_role()
    _let_tests_flush_and_number()


def _migrate(name, owner):
    run_at(owner, "DROP DATABASE IF EXISTS {}", name)
    run_at(owner, "CREATE DATABASE {}", name)
    # As strict as an installation: what the application role may, `migrate` grants it.
    run_at(owner, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
    point_at(name)
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    connections.close_all()


@contextmanager
def _turn(owner):
    """One worker at a time; the others wait until what it makes is there."""
    with _session(owner) as cursor:
        cursor.execute("SELECT pg_advisory_lock(20261122)")
        yield


def _exists(name, owner):
    with _session(owner) as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def point_at(name):
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _let_tests_flush_and_number():
    with connections["owner"].cursor() as cursor:
        role = connections["owner"].ops.quote_name(connections["default"].settings_dict["USER"])
        cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    connections["owner"].close()


def emptied(_case=None):
    """In place of Django's flush, which makes the permissions of all models anew each time."""
    with connections["default"].cursor() as cursor:
        cursor.execute(TABLES, [LEFT])
        (tables,) = cursor.fetchone()
        try:
            cursor.execute(f"TRUNCATE {tables}")
        except OperationalError:
            # A connection that a dropped answer or a dead thread left open holds a lock.
            gc.collect()
            cursor.execute(f"TRUNCATE {tables}")


def numbered(start):
    """Give the next row of every table an id that follows from `start` and the table alone.

    Slots, samples and holdouts are drawn from ids: were those what earlier tests happened to
    leave, a test could fail once in thirty runs. Two tables' ids differ, so that one taken for
    the other is seen.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(NUMBERED, [start])


def drop(name, given):
    """Each role ends its own sessions (neither may end the other's), then the owner drops."""
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        " AND usename = current_user"
    )
    for role in given.values():
        with _session(role) as cursor:
            cursor.execute(end, [name])
    for patience in range(50, -1, -1):
        try:
            run_at(given["owner"], "DROP DATABASE {}", name)
            break
        except psycopg2.errors.ObjectInUse:
            if not patience:
                raise
            time.sleep(0.1)


def run_at(role, command, *names):
    """Run one command outside any test database."""
    with _session(role) as cursor:
        cursor.execute(sql.SQL(command).format(*map(sql.Identifier, names)))


@contextmanager
def _session(role):
    with closing(
        psycopg2.connect(
            host=role["HOST"],
            port=role["PORT"] or None,
            user=role["USER"],
            password=role["PASSWORD"],
            dbname=role["NAME"],
        )
    ) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
