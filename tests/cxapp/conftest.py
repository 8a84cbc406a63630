"""What the tests of the ground share."""

import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path_factory):
    """A data folder with a space in its path, open to PostgreSQL's user under root."""
    path = tmp_path_factory.mktemp("data of mine")
    for part in [path, *path.parents]:
        if (
            part.is_relative_to(Path(tempfile.gettempdir()).resolve())
            and part.owner() == path.owner()
        ):
            part.chmod(part.stat().st_mode | 0o011)
    return path
