"""`.ci/environment`: what a machine lacks is said in a sentence, and nothing is installed twice."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent.parent / ".ci" / "environment"
# Plays Python: tells its age, makes a .venv whose pip notes that it ran.
PLAYED = """#!/bin/sh
case "$*" in
    *version_info*) exit {too_old} ;;
    *ensurepip*) exit {no_venv} ;;
    -V) echo "Python 3.9.2" ;;
    *"-m venv"*)
        mkdir -p .venv/bin
        cat > .venv/bin/python <<'PIP'
#!/bin/sh
[ "$1" = -c ] && exit 0
echo ran >> installs
{pip}
PIP
        chmod +x .venv/bin/python ;;
esac
"""


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "my checkout"
    folder.mkdir()
    (folder / "some.lock").write_text("django==5.2 --hash=sha256:0\n")
    return folder


def play(checkout, *, too_old=0, no_venv=0, pip="exit 0"):
    python = checkout / "python"
    python.write_text(PLAYED.format(too_old=too_old, no_venv=no_venv, pip=pip))
    python.chmod(0o755)
    return make(checkout, str(python))


def make(checkout, python):
    return subprocess.run(
        ["sh", str(SCRIPT), "product", "some.lock"],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], "PYTHON": python},
        capture_output=True,
        text=True,
    )


def installs(checkout):
    note = checkout / "installs"
    return note.read_text().count("ran") if note.exists() else 0


def test_python_missing(checkout):
    run = make(checkout, "no-such-python")

    assert run.returncode == 1
    assert run.stderr.startswith(
        "cxapp needs Python 3.11 or newer; 'no-such-python' was not found."
    )


def test_python_too_old(checkout):
    run = play(checkout, too_old=1)

    assert run.returncode == 1
    assert "cxapp needs Python 3.11 or newer" in run.stderr
    assert "is Python 3.9.2. Name a newer one: make PYTHON=" in run.stderr


def test_venv_missing(checkout):
    run = play(checkout, no_venv=1)

    assert run.returncode == 1
    assert "apt-get install python3-venv" in run.stderr


def test_a_failed_installation_shows_why_and_is_tried_again(checkout):
    run = play(checkout, pip="echo no such hash; exit 1")

    assert run.returncode == 1
    assert "no such hash" in run.stderr
    assert "Installing failed" in run.stderr
    (checkout / ".venv" / "bin" / "python").unlink()
    assert play(checkout).returncode == 0
    assert installs(checkout) == 2


def test_only_another_lock_is_installed_again(checkout):
    for _ in range(2):
        assert play(checkout).returncode == 0
    assert installs(checkout) == 1

    (checkout / "some.lock").touch()
    play(checkout)
    assert installs(checkout) == 1

    (checkout / "some.lock").write_text("django==5.3 --hash=sha256:1\n")
    play(checkout)
    assert installs(checkout) == 2
