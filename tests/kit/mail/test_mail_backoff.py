from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.mail.backoff import GIVE_UP_AFTER, MOST_TRIES, delay, next_try

NOW = datetime(2026, 11, 21, 21, 0, tzinfo=UTC)
CHANCES = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("tries", "minutes"),
    [(1, 1), (2, 5), (3, 15), (4, 60), (5, 240), (6, 720), (7, 720), (50, 720)],
)
def test_delays_grow_as_planned(tries, minutes):
    assert delay(tries=tries, chance=0.5) == timedelta(minutes=minutes)


@given(st.integers(1, 60), CHANCES)
def test_chance_spreads_by_a_fifth(tries, chance):
    planned = delay(tries=tries, chance=0.5)
    second = timedelta(microseconds=1)
    assert planned * 0.8 - second <= delay(tries=tries, chance=chance) <= planned * 1.2 + second


def test_a_mail_is_not_tried_past_its_end():
    ends = NOW + timedelta(seconds=59)
    assert next_try(tries=1, now=NOW, since=NOW, expires_at=ends, chance=0.5) is None
    later = NOW + timedelta(seconds=61)
    again = next_try(tries=1, now=NOW, since=NOW, expires_at=later, chance=0.5)
    assert again == NOW + timedelta(minutes=1)


def test_two_days_are_the_end_without_an_end_of_its_own():
    since = NOW - GIVE_UP_AFTER + timedelta(minutes=10)
    assert next_try(tries=3, now=NOW, since=since, expires_at=None, chance=0.5) is None
    assert next_try(tries=2, now=NOW, since=since, expires_at=None, chance=0.5) == NOW + timedelta(
        minutes=5
    )


@given(st.lists(CHANCES, min_size=40, max_size=40))
def test_a_mail_that_is_always_put_off_ends_within_its_tries(chances):
    now, tries = NOW, 1
    for chance in chances:
        again = next_try(tries=tries, now=now, since=NOW, expires_at=None, chance=chance)
        if again is None:
            break
        now, tries = again, tries + 1
    assert tries <= MOST_TRIES
    assert timedelta(hours=30) < now - NOW < GIVE_UP_AFTER
