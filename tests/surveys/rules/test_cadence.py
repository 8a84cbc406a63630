"""Everybody has one day in each period, the same for every process, and the days are even."""

import math
from bisect import bisect_left
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from surveys.rules.cadence import WHOLE, Cadence, next_slot, phase, phases_on, slot_in

TODAY = date(2026, 5, 12)
LONG_AGO = date(2020, 1, 1)
MONTHS = (1, 3, 6, 12, 24)
days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
ids = st.integers(1, 2**40)
cadences = st.builds(Cadence, ids, st.sampled_from(MONTHS), st.integers(0, 90))


def every_slot(cadence, customer_id, first, last):
    """The slots of somebody who is asked on each of them."""
    found, asked, day = [], None, first
    while (slot := next_slot(
        cadence, customer_id=customer_id, known_since=LONG_AGO, last_asked_on=asked, today=day
    )) <= last:  # fmt: skip
        found.append(slot)
        asked = day = slot
    return found


@given(cadences, ids, days)
@example(Cadence(1, 12), 1, date(2028, 2, 29))
def test_everybody_has_one_day_in_a_period_and_the_ranges_name_the_same(cadence, customer, day):
    slot = slot_in(cadence, customer, day)
    assert slot_in(cadence, customer, slot) == slot
    assert abs((slot - day).days) < cadence.months * 31
    mine = phase(customer)
    assert any(begin <= mine < end for begin, end in phases_on(cadence, slot))
    for beside in (slot - timedelta(days=1), slot + timedelta(days=1)):
        assert not any(begin <= mine < end for begin, end in phases_on(cadence, beside))


@given(cadences, days)
def test_the_days_of_a_period_share_out_all_places(cadence, day):
    first = slot_in(cadence, 1, day).replace(day=1)
    while slot_in(cadence, 1, first - timedelta(days=1)) == slot_in(cadence, 1, day):
        first = (first - timedelta(days=1)).replace(day=1)
    total, at = 0, first
    while slot_in(cadence, 1, at) == slot_in(cadence, 1, first):
        total += sum(end - begin for begin, end in phases_on(cadence, at))
        at += timedelta(days=1)
    assert total == WHOLE


@given(cadences, ids, days, st.none() | st.integers(0, 800))
def test_the_next_slot_is_kept_clear_of_the_last_ask_and_of_the_wait(cadence, customer, day, ago):
    asked = None if ago is None else day - timedelta(days=ago)
    known = day - timedelta(days=20)
    slot = next_slot(
        cadence, customer_id=customer, known_since=known, last_asked_on=asked, today=day
    )
    assert slot >= day
    assert slot >= known + timedelta(days=cadence.wait_days)
    assert slot == slot_in(cadence, customer, slot)
    if asked is not None:
        assert (slot - asked).days >= cadence.rest_days
    # Nobody waits for longer than what must be waited for and one period more.
    longest = max(
        day,
        known + timedelta(days=cadence.wait_days),
        (asked or LONG_AGO) + timedelta(days=cadence.rest_days),
    )
    assert (slot - longest).days <= cadence.months * 31


@pytest.mark.parametrize(("months", "asks"), [(3, 40), (6, 20), (12, 10)])
def test_ten_years_hold_as_many_asks_as_they_hold_periods(months, asks):
    for customer in (1, 7, 4711):
        found = every_slot(Cadence(5, months), customer, date(2026, 1, 1), date(2035, 12, 31))
        assert len(found) == asks
        gaps = [(later - earlier).days for earlier, later in pairwise(found)]
        assert max(gaps) - min(gaps) <= 5


def test_after_a_wave_at_once_the_next_asks_are_spread_over_a_period():
    cadence = Cadence(3, 6)
    slots = [
        next_slot(cadence, customer_id=n, known_since=LONG_AGO, last_asked_on=TODAY, today=TODAY)
        for n in range(1, 5001)
    ]
    weeks = Counter((slot - TODAY).days // 7 for slot in slots)
    assert min(slots) >= TODAY + timedelta(days=cadence.rest_days)
    assert max(weeks.values()) < 5000 / 26 + 3 * math.sqrt(5000 / 26)


def test_two_programmes_of_the_same_customer_fall_on_days_of_their_own():
    same = sum(
        slot_in(Cadence(1, 6), n, TODAY) == slot_in(Cadence(2, 6), n, TODAY) for n in range(5000)
    )
    assert same <= 5000 / 181 * 2


@pytest.mark.parametrize("months", [3, 6, 12])
@pytest.mark.parametrize("step", [1, 2, 7, 144])
def test_any_week_asks_as_many_as_any_other(months, step):
    """5,000 customers: within 3 Poisson standard deviations of the share of each whole week."""
    weeks = _weeks(Cadence(9, months), range(1, 5000 * step, step))
    share = sum(weeks.values()) / len(weeks)
    far = [count for count in weeks.values() if abs(count - share) > 3 * math.sqrt(share)]
    # A week in 370 lies outside by chance alone.
    assert len(far) <= 1


@pytest.mark.parametrize("months", [3, 12])
def test_a_hundred_thousand_customers_make_weeks_that_differ_by_less_than_a_tenth(months):
    weeks = _weeks(Cadence(9, months), range(1, 100_001))
    share = sum(weeks.values()) / len(weeks)
    assert all(abs(count - share) < share / 10 for count in weeks.values())


def _weeks(cadence, customers):
    """The asks of each whole week of 2026, counted by the days' ranges."""
    phases = sorted(map(phase, customers))
    counted = Counter()
    for number in range(52 * 7):
        day = date(2026, 1, 1) + timedelta(days=number)
        for begin, end in phases_on(cadence, day):
            counted[number // 7] += _between(phases, begin, end)
    assert len(counted) == 52
    return counted


def _between(ordered, begin, end):
    return bisect_left(ordered, end) - bisect_left(ordered, begin)
