"""The points of a trend and the two periods behind a verdict."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.periods import Period
from metrics.rules.dimensions import columns, property_dimension
from metrics.rules.windows import DAY, Step, buckets, comparison, whole_weeks

WEDNESDAY = date(2026, 11, 18)
SUNDAY = date(2026, 11, 15)
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
periods = st.builds(
    lambda first, more: Period(first, first + timedelta(days=more)), days, st.integers(0, 500)
)


def test_weeks_run_from_monday_to_sunday_and_are_cut_at_the_ends():
    weeks = buckets(Period(date(2026, 11, 5), WEDNESDAY), Step.WEEK)

    assert [(week.first.day, week.last.day) for week in weeks] == [(5, 8), (9, 15), (16, 18)]


def test_a_day_is_a_point_of_its_own():
    assert buckets(Period(SUNDAY, WEDNESDAY), Step.DAY) == [
        Period(SUNDAY + timedelta(days=n), SUNDAY + timedelta(days=n)) for n in range(4)
    ]


def test_a_moving_point_reaches_thirty_days_back():
    windows = buckets(Period(SUNDAY, WEDNESDAY), Step.MONTH_MOVING)

    assert [window.last for window in windows] == [SUNDAY, WEDNESDAY]
    assert {window.days for window in windows} == {30}


@given(periods, st.sampled_from([Step.DAY, Step.WEEK]))
def test_points_cover_the_period_once(period, step):
    points = buckets(period, step)
    assert sum(point.days for point in points) == period.days
    assert points[0].first == period.first
    assert points[-1].last == period.last


def test_a_period_that_ends_today_is_compared_up_to_last_sunday():
    period = Period(WEDNESDAY - timedelta(days=89), WEDNESDAY)

    compared = comparison(period, WEDNESDAY)

    assert compared.now == Period(SUNDAY - timedelta(days=89), SUNDAY)
    assert compared.before == Period(SUNDAY - timedelta(days=179), SUNDAY - timedelta(days=90))
    assert compared.as_of == date(2026, 11, 16)


@pytest.mark.parametrize(
    ("today", "as_of"),
    [
        (date(2026, 11, 15), date(2026, 11, 9)),  # a Sunday is not over yet
        (date(2026, 11, 16), date(2026, 11, 16)),
        (date(2026, 11, 21), date(2026, 11, 16)),
        (date(2026, 11, 22), date(2026, 11, 16)),
        (date(2026, 11, 23), date(2026, 11, 23)),
    ],
)
def test_a_verdict_is_renewed_on_mondays(today, as_of):
    period = Period(today - timedelta(days=29), today)

    assert comparison(period, today).as_of == as_of


def test_a_period_that_is_over_is_compared_as_it_is():
    spring = Period(date(2026, 3, 1), date(2026, 5, 31))

    assert comparison(spring, WEDNESDAY).now == spring
    assert comparison(spring, WEDNESDAY).before == spring.before()


def test_another_period_can_be_compared_with():
    last_year = Period(date(2025, 3, 1), date(2025, 5, 31))
    spring = Period(date(2026, 3, 1), date(2026, 5, 31))

    assert comparison(spring, WEDNESDAY, last_year).before == last_year


@given(periods, days)
def test_a_comparison_never_sees_an_unfinished_week(period, today):
    compared = comparison(period, today)
    assert compared.now.days == compared.before.days == period.days
    assert compared.now.last < today
    assert compared.before.last + timedelta(days=1) == compared.now.first
    assert compared.as_of.isoweekday() == 1
    assert compared.as_of <= today < compared.as_of + timedelta(days=7) or today.isoweekday() == 7


def test_ten_dimensions_have_ten_columns():
    assert list(columns()) == list(range(1, 11))
    assert columns()[property_dimension(8)] == "value_8"


# --- whole weeks ------------------------------------------------------------------------------


def test_the_weeks_inside_a_period_leave_less_than_a_week_at_each_end():
    monday = date(2026, 5, 4)
    for first in range(8):
        for days in range(1, 40):
            period = Period(monday + DAY * first, monday + DAY * (first + days - 1))
            weeks = whole_weeks(period)
            if weeks.days == 0:
                # None inside: all days are before it and none after.
                assert weeks == Period(period.last + DAY, period.last)
                assert not any(
                    (period.first + DAY * n).isoweekday() == 1 and n + 6 < days for n in range(days)
                )
                continue
            assert (weeks.first.isoweekday(), weeks.last.isoweekday()) == (1, 7)
            assert 0 <= (weeks.first - period.first).days < 7
            assert 0 <= (period.last - weeks.last).days < 7


def test_a_week_is_its_own_and_a_day_has_none():
    week = Period(date(2026, 5, 4), date(2026, 5, 10))
    assert whole_weeks(week) == week
    assert whole_weeks(Period(week.last, week.last)).days == 0
