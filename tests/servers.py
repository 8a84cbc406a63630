"""Pytest plugin: gives the run an environment before Django reads it.

Where DATABASE_URL or REDIS_URL is absent, real servers are started for this run and ended
with it, so `python -m pytest tests/anything` needs no preparation.
"""

import os
import secrets
import signal
from contextlib import ExitStack, closing

import psycopg2
import pytest

from cxapp import embedded

TOLD = {
    "DJANGO_SETTINGS_MODULE": "cxapp.settings",
    "BASE_URL": "http://localhost:8000",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "EMAIL_URL": "smtp://127.0.0.1:1",  # nobody listens: a test that mails starts its own server
    "DEFAULT_FROM_EMAIL": "Acme <feedback@acme.example>",
    # All tests call from one address; those about limits set their own.
    "API_CALLS_A_MINUTE": "1000000",
    "API_REFUSALS_A_MINUTE": "1000000",
}
# A developer's own switches must not decide what a test sees.
FORGOTTEN = (
    "CXAPP_DEBUG",
    "CXAPP_DEMO",
    "CXAPP_FAILPOINT",
    "CXAPP_FAILPOINTS",
    "TOKEN_KEY",
    "TOKEN_KEYS_OLD",
    "SUPPRESSION_KEY",
    "SUPPRESSION_KEYS_OLD",
    "SMS_URL",
    "SMS_REGION",
)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    # xdist's workers inherit all of it from the process that started them.
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _prepare(early_config)
    return (yield)


def _prepare(early_config):
    stack = ExitStack()
    early_config.add_cleanup(stack.close)
    signal.signal(signal.SIGTERM, _leave)
    for name in FORGOTTEN:
        os.environ.pop(name, None)
    model = f"test_model_{os.getpid()}"
    os.environ.update(TOLD, SECRET_KEY=secrets.token_urlsafe(50), CXAPP_TEST_MODEL=model)
    try:
        os.environ.update(stack.enter_context(embedded.temporary_servers(durable=False)))
    except embedded.Unavailable as refusal:
        raise pytest.UsageError(str(refusal)) from refusal
    stack.callback(_drop, model)


def _drop(database):
    """The one that `tests.databases` copies, on a server that is not this run's own."""
    with (
        closing(psycopg2.connect(os.environ["DATABASE_OWNER_URL"])) as connection,
        connection.cursor() as cursor,
    ):
        connection.autocommit = True
        cursor.execute(f"DROP DATABASE IF EXISTS {database}")


def _leave(number, frame):
    raise SystemExit(128 + number)
