"""The site is built as `make check` builds it: whole, and never with a dead link."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent.parent


@pytest.fixture
def checkout(tmp_path):
    """A few pages and the product's own configuration, with another folder of pages."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# One\n\n[two](two.md)\n")
    (docs / "two.md").write_text("# Two\n")
    plain = "site_name: x\nstrict: true\ntheme: {name: material, font: false}\nplugins: []\n"
    checks = "validation: {links: {not_found: warn, anchors: warn}}\n"
    place = "docs_dir: ../docs\n"
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "docs.yml").write_text(plain + checks + place)
    return tmp_path


def built(checkout):
    """By the very line of `make check`; `--quiet` once hid what strict counts."""
    check = (ROOT / ".ci" / "check").read_text()
    [line] = [one for one in check.splitlines() if "mkdocs build" in one]
    words = line.partition("mkdocs ")[2].partition(" #")[0].split()
    words = [str(checkout / "site") if word == '"$built"' else word for word in words]
    mkdocs = shutil.which("mkdocs", path=str(Path(sys.executable).parent))
    assert mkdocs is not None
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run([mkdocs, *words], cwd=checkout, env=env, check=False).returncode


def test_a_dead_link_fails_the_check_and_living_ones_do_not(checkout):
    assert built(checkout) == 0
    assert "Two" in (checkout / "site" / "two" / "index.html").read_text()

    (checkout / "docs" / "two.md").write_text("# Two\n\n[nowhere](nowhere.md)\n")

    assert built(checkout) == 1
