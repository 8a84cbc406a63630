"""Calls made up from the description itself: whatever it allows is answered as it says."""

import os
import re
from collections import Counter
from datetime import UTC, timedelta
from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.meta import TestPhase

from api.fields import ID
from cxapp.wsgi import application
from kit import clock
from tests.api.conftest import a_key
from tests.api.test_authorisation import PARTS, TABLE

FULL = bool(os.environ.get("FULL"))
EXAMPLES = 100 if FULL else 3
MOST_TRIES = 40
ALIKE = 10_000 if FULL else 1
WELL_FORMED = re.compile(ID)
ADDRESS = r"[a-z]{1,9}@[a-z]{1,9}\.example"
FINE = ["2xx", "304", "404", "409", "412", "422"]
CONFIG = {
    "checks": {
        # 304, 404, 409, 412 and 422 speak of what is stored, which the description cannot know.
        "positive_data_acceptance": {"expected-statuses": FINE},
        "missing_required_header": {"expected-statuses": ["4xx"]},
        "negative_data_rejection": {"expected-statuses": ["4xx"]},
    },
    # An item may be anything, to be refused by itself; what is hidden refuses the whole body.
    "operations": [
        {
            "include-path": "/api/v1/interactions/bulk",
            "checks": {"positive_data_acceptance": {"expected-statuses": [*FINE, "400"]}},
        }
    ],
}


def _moments():
    """Moments of the last week; the description cannot say that the future is refused."""
    seconds = st.integers(min_value=60, max_value=7 * 24 * 3600)
    return seconds.map(lambda ago: (clock.now() - timedelta(seconds=ago)).astimezone(UTC))


schemathesis.openapi.format("email", st.from_regex(ADDRESS, fullmatch=True))
schemathesis.openapi.format("date-time", _moments().map(lambda at: at.isoformat()))

known: dict[str, str] = {}  # of the test that runs: its operation, ids of rows that exist
seen: Counter[tuple[str, str | None, str | None]] = (
    Counter()
)  # calls of that test made wrong in the same way


@cache
def _described():
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", application, config=SchemathesisConfig.from_dict(CONFIG)
    )

    @schema.hook
    def map_path_parameters(context, path_parameters):
        # Only ids that are well formed: what was made wrong on purpose stays wrong.
        return path_parameters and {
            key: known.get(key, value) if WELL_FORMED.fullmatch(str(value)) else value
            for key, value in path_parameters.items()
        }

    return schema


@pytest.fixture
def alone(world):
    """Under test a request must not close the test's connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    # Calls are made up in the test's own transaction, which waits for it on a busy machine.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def soon_given_up(monkeypatch):
    """A third of the time went into texts that no draw can make: as long as may be, and a name."""
    if not FULL:
        monkeypatch.setattr(engine, "INVALID_THRESHOLD_BASE", MOST_TRIES)


# Made up where they run: collected, every worker of a run would make up the calls of all
# operations before its first test.
@pytest.fixture(params=sorted(TABLE))
def described(request, alone):
    known["operation"] = request.param
    seen.clear()
    return _described()


def _is_one_more_of_its_kind(case):
    """Of calls that are wrong (or right) in the same way at the same place the first one is made.

    The second wrong type of one field says little; it is made with FULL=1.
    """
    made = case.meta.phase
    if made.name is not TestPhase.COVERAGE:
        return False
    kind = (made.data.description, made.data.parameter, made.data.location)
    seen[kind] += 1
    return seen[kind] > ALIKE


def _is_under_test(context):
    return context.operation.definition.raw["operationId"] == known["operation"]


@pytest.fixture
def key(world, alone):
    """A key that may everything."""
    for name in PARTS:
        known[f"{name}_id"] = str(getattr(world, name).pk)
    return a_key(world.organisation).text


def _is_left_out(value):
    """Whether no address can say this parameter: nothing, or a list of nothing."""
    return value is None or (isinstance(value, list) and all(map(_is_left_out, value)))


@pytest.mark.django_db
@pytest.mark.timeout(300)
@schemathesis.pytest.from_fixture("described").include(_is_under_test).parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_call_is_answered_as_described(case, key):
    if _is_one_more_of_its_kind(case):
        return
    # The phase of examples fills a header that has none with a 0, which is no tag.
    if case.meta.generation.mode.is_positive and (case.headers or {}).get("If-Match") == "0":
        del case.headers["If-Match"]
    if any(map(_is_left_out, (case.query or {}).values())):
        return  # made to break the rules, but what breaks them never leaves: the rest keeps them
    case.call_and_validate(headers={"Authorization": f"Bearer {key}"})
