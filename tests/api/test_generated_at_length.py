"""The long form of the generated calls: every check, every phase, against a running server."""

import os
import subprocess
import sys
import textwrap

import pytest

from tests.api.conftest import a_key, a_world
from tests.api.test_authorisation import PARTS

LONG = bool(os.environ.get("FULL"))
CONFIG = """
warnings = ["missing_auth", "missing_test_data", "validation_mismatch"]

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", "404", "409", "412", "422"]

[checks.negative_data_rejection]
expected-statuses = ["4xx"]
"""
HOOKS = """
import os
import re
from datetime import UTC, datetime, timedelta

import schemathesis
from hypothesis import strategies as st

KNOWN = dict(pair.split("=") for pair in os.environ["KNOWN"].split(","))
seconds = st.integers(min_value=60, max_value=7 * 24 * 3600)
ago = seconds.map(lambda each: (datetime.now(UTC) - timedelta(seconds=each)).isoformat())
schemathesis.openapi.format("date-time", ago)
address = st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\\.example", fullmatch=True)
schemathesis.openapi.format("email", address)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return path_parameters and {
        key: KNOWN.get(key, value) if re.fullmatch("[0-9]{1,18}", str(value)) else value
        for key, value in path_parameters.items()
    }
"""


@pytest.mark.skipif(not LONG, reason="takes many minutes: FULL=1")
@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
def test_a_long_run_finds_nothing_and_warns_of_nothing(live_server, tmp_path):
    world = a_world()
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    (tmp_path / "hooks.py").write_text(textwrap.dedent(HOOKS))
    report = tmp_path / "report.txt"
    with report.open("w") as said:
        code = _run(live_server.url, world, tmp_path, said)
    told = report.read_text()
    assert code == 0, told[-6000:]
    assert "WARNING" not in told, told[-6000:]


def _run(url, world, place, said):
    known = ",".join(f"{name}_id={getattr(world, name).pk}" for name in PARTS)
    return subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli",
            "--config-file", str(place / "schemathesis.toml"), "run",
            f"{url}/api/v1/openapi.json",
            "--header", f"Authorization: Bearer {a_key(world.organisation).text}",
            "--phases", "examples,coverage,fuzzing,stateful",
            "--max-examples", os.environ.get("EXAMPLES", "100"),
            "--max-response-time", "1",
            "--seed", "1",
            "--generation-database", "none",
        ],
        cwd=place,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "hooks",
            "PYTHONPATH": str(place),
            "KNOWN": known,
        },
        stdout=said,
        stderr=subprocess.STDOUT,
        check=False,
    ).returncode  # fmt: skip
