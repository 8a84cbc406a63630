"""What every test may use: its own database as the application role, and a real browser."""

import os
import shutil
import tempfile
import time
from contextlib import closing
from importlib import import_module
from pathlib import Path
from unittest import mock

import psycopg2
import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as properties
from playwright.sync_api import sync_playwright
from psycopg2 import sql
from pytest_django.live_server_helper import LiveServer

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]

# A busy machine must not fail a property: how long things take is the bench's business.
properties.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("patient")


# --- database ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_blocker):
    """A database of this worker's own: the owner makes and migrates it, the application uses it.

    Tests that connect as a superuser or as the owner would prove nothing about tenancy.
    """
    with django_db_blocker.unblock():
        given = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
        worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        name = f"test_{given['owner']['NAME']}_{os.getpid()}_{worker}"
        _run_at(given["owner"], sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        # As strict as an installation: what the application role may, `migrate` grants it.
        _run_at(
            given["owner"],
            sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)),
        )
        _point_at(name)
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        # Doors are imported with the first request. Were that one of a test that holds the clock,
        # every `from kit.clock import now` of theirs would keep the held clock for all tests after.
        import_module(settings.ROOT_URLCONF)
        _let_transactional_tests_flush()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        _point_at(given["owner"]["NAME"])
        _drop(name, given)


def _point_at(name):
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _let_transactional_tests_flush():
    with connections["owner"].cursor() as cursor:
        role = connections["owner"].ops.quote_name(connections["default"].settings_dict["USER"])
        cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {role}")
    connections["owner"].close()


def _drop(name, given):
    """Each role ends its own sessions (neither may end the other's), then the owner drops."""
    end = sql.SQL(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}"
        " AND usename = current_user"
    ).format(sql.Literal(name))
    for role in given.values():
        _run_at(role, end)
    drop = sql.SQL("DROP DATABASE {}").format(sql.Identifier(name))
    for patience in range(50, -1, -1):
        try:
            _run_at(given["owner"], drop)
            break
        except psycopg2.errors.ObjectInUse:
            if not patience:
                raise
            time.sleep(0.1)


def _run_at(role, command):
    """Run one command outside any test database."""
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
            cursor.execute(command)


@pytest.fixture
def service_environment(django_db_setup):
    """The environment for a process of the product that works on this test's database."""
    name = connections["default"].settings_dict["NAME"]
    moved = {
        variable: f"{os.environ[variable].rpartition('/')[0]}/{name}"
        for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    return {**os.environ, **moved}


@pytest.fixture(scope="session", autouse=True)
def plain_static_files():
    """Addresses of static files without hashes: a checkout under test has collected none."""
    staticfiles = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    # Looked up when asked for: a scan of them all for every test client would cost more.
    from_source = {"WHITENOISE_USE_FINDERS": True, "WHITENOISE_AUTOREFRESH": True}
    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": staticfiles}, **from_source
    ):
        yield


@pytest.fixture(scope="session")
def live_server(plain_static_files):
    """pytest-django's, with our static files: ours are listed under a name it does not know."""
    with mock.patch("django.test.testcases._StaticFilesHandler", StaticFilesHandler):
        server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def folder():
    """A data folder with a space in its path, open to PostgreSQL's own user under root.

    Not tmp_path: every pytest that starts on this machine closes the folder above it again.
    """
    path = Path(tempfile.mkdtemp(prefix="cxapp test "))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


# --- browser ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium or Playwright's own; without either the test fails and says so."""
    # Playwright's loop runs in this thread from now on, and Django would take every later test
    # of the session for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": _chromium(), "args": _flags()}


def _flags():
    return [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS


def _chromium():
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        with sync_playwright() as playwright:
            found = playwright.chromium.executable_path
    if not Path(found).exists():
        pytest.fail(
            "No Chromium on this machine: run `make browser` (Debian's package as root, "
            "otherwise Playwright's own), or name one in CHROMIUM.",
            pytrace=False,
        )
    return found
