"""What every test may use: its own database as the application role, and a real browser."""

import gc
import os
import shutil
import tempfile
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections, transaction
from django.test import TransactionTestCase, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as properties
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import databases

# The shell draws the same without a window to draw: a third less of the processor.
BROWSERS = ["chromium-headless-shell", "chromium", "chromium-browser"]
BROWSERS += ["google-chrome", "google-chrome-stable"]
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]

# A busy machine must not fail a property: how long things take is the bench's business. Nor may
# luck decide which change is refused: the same examples each time, others with FULL=1.
properties.register_profile(
    "patient",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not os.environ.get("FULL"),
)
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
        databases.make(name, given["owner"])
        # Doors are imported with the first request. Were that one of a test that holds the clock,
        # every `from kit.clock import now` of theirs would keep the held clock for all tests after.
        import_module(settings.ROOT_URLCONF)
    with same_ids(name):
        yield
    with django_db_blocker.unblock():
        connections.close_all()
        databases.point_at(given["owner"]["NAME"])
        databases.drop(name, given)


@contextmanager
def same_ids(database):
    """Number the rows of every test alike, whatever ran before it."""
    set_up = TransactionTestCase._pre_setup

    def numbering(case):
        set_up.__func__(case)
        # Not in a database that a module filled for itself: its rows have these numbers.
        if connections["default"].settings_dict["NAME"] == database:
            databases.numbered(databases.OWN)

    with mock.patch.object(TransactionTestCase, "_pre_setup", classmethod(numbering)):
        yield


def pytest_collection_finish():
    """What is loaded by now stays: to look through it for garbage again and again is a waste."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def quick_flush():
    """Empty the tables with one statement after a test that commits.

    Django's own flush asks for every table by name and makes the permissions of all models anew.
    """
    with mock.patch.object(TransactionTestCase, "_fixture_teardown", databases.emptied):
        yield


@pytest.fixture(scope="module")
def lasting_rows(request, django_db_setup, django_db_blocker):
    """Whether rows made now may stay for all tests of the module, in a transaction around theirs.

    Not where one of its tests commits: it would commit into that transaction.
    """
    if any(_commits(item) for item in request.session.items if item.path == request.path):
        yield False
        return
    with django_db_blocker.unblock():
        databases.numbered(databases.LASTING)
        with transaction.atomic():
            yield True
            transaction.set_rollback(True)


def _commits(item):
    mark = item.get_closest_marker("django_db")
    names = {"transactional_db", "shared_rows", "live_server"}
    return bool(mark and mark.kwargs.get("transaction")) or names & {*item.fixturenames}


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
