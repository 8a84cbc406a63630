"""One telling of the story for all of its tests; it takes two seconds and nothing changes it."""

import pytest

from cxapp.demo.story.telling import tell


@pytest.fixture(scope="session")
def story():
    return tell()
