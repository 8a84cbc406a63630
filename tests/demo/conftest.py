"""One telling of the story for all of its tests; it takes two seconds and nothing changes it."""

from dataclasses import replace

import pytest

from cxapp.demo.story.telling import tell


@pytest.fixture(scope="session")
def story():
    return tell()


@pytest.fixture(scope="session")
def excerpt(story):
    """Every sixth customer with all that happened to her, and everybody who has a name."""
    people = {
        each.key
        for number, each in enumerate(story.customers)
        if number % 6 == 0 or not each.key[3:].isdigit()
    }
    return replace(
        story,
        customers=tuple(each for each in story.customers if each.key in people),
        interactions=tuple(each for each in story.interactions if each.customer in people),
        asks=tuple(each for each in story.asks if each.customer in people),
    )
