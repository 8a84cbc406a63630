"""The storm in small, on every run; `make chaos` is the real one."""

import subprocess
import sys

import pytest

from tests.chaos.sink import ROOT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("chaos"),
]


def test_the_storm_finds_nothing_and_catches_a_wrong_design(service_environment):
    # Other tests work on the same database server, so nobody crashes it here.
    run = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--tiny", "--here"],
        cwd=ROOT,
        env=service_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    told = [line.split()[0] for line in run.stdout.splitlines() if not line.startswith(" ")]
    assert told.count("seed") == 1
    assert told.count("ok") == 3
    assert told.count("caught") == 1
