"""So many in so long: exactly, also for many at once, and nothing taken where one is full."""

import secrets
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from kit import recent
from kit.limits import Limit, take


@pytest.fixture
def subject():
    recent.forget_connection()
    yield secrets.token_hex(8)
    recent.forget_connection()


def test_as_many_as_there_is_room_for(subject):
    limit = Limit(subject, 3, 60)
    waits = [take([limit]) for _ in range(5)]
    assert waits[:3] == [0, 0, 0]
    assert all(59 < wait <= 60 for wait in waits[3:])
    assert take([Limit(f"{subject}x", 3, 60)]) == 0


def test_of_fifty_at_once_exactly_as_many_are_let_in(subject):
    limit = Limit(subject, 17, 60)
    with ThreadPoolExecutor(10) as pool:
        waits = list(pool.map(lambda _: take([limit]), range(50)))
    assert Counter(wait == 0 for wait in waits) == {True: 17, False: 33}


def test_whoever_is_refused_by_one_takes_nothing_of_the_other(subject):
    narrow, wide = Limit(f"{subject}:one", 1, 60), Limit(f"{subject}:all", 2, 60)
    assert take([narrow, wide]) == 0
    assert [take([narrow, wide]) > 0 for _ in range(3)] == [True] * 3
    assert take([wide]) == 0
    assert take([wide]) > 0


def test_room_comes_back_when_the_oldest_is_over(subject):
    limit = Limit(subject, 1, 1)
    assert take([limit]) == 0
    waited = take([limit])
    assert 0 < waited <= 1
    time.sleep(waited + 0.01)
    assert take([limit]) == 0


def test_nothing_stays_in_valkey_and_nothing_readable_is_there(subject):
    take([Limit(f"{subject}:192.0.2.1", 1, 60)])
    key = recent.key_of(f"limit:{subject}:192.0.2.1")
    assert "192.0.2.1" not in key
    assert 0 < recent.valkey().ttl(key) <= 60


def test_without_valkey_nobody_can_say(subject, settings):
    settings.CACHES = {"default": {"LOCATION": "redis://127.0.0.1:1/0"}}
    recent.forget_connection()
    assert take([Limit(subject, 3, 60)]) is None
