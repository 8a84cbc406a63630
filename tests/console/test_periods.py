"""Periods as an address gives them: the organisation's own days, and their names."""

from datetime import UTC, date, datetime

import pytest
from django.test import RequestFactory

from console.periods import days_text, read_period
from console.problems import BadAddress
from console.shown.moments import day_text, moment_text
from kit.periods import Period, bounds

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def period(query="", *, zone="Europe/Berlin", now=NOON):
    return read_period(RequestFactory().get(f"/{query}"), time_zone=zone, now=now)


def test_without_a_choice_it_is_the_last_ninety_days_today_included():
    assert period().period == Period(date(2026, 8, 24), date(2026, 11, 21))
    assert period().period.days == 90


@pytest.mark.parametrize(
    ("zone", "today"), [("Pacific/Auckland", 22), ("America/Los_Angeles", 21), ("UTC", 21)]
)
def test_today_is_the_organisations_day(zone, today):
    at = datetime(2026, 11, 21, 20, tzinfo=UTC)

    assert period("?days=30", zone=zone, now=at).period.last == date(2026, 11, today)


def test_two_days_are_both_included():
    shown = period("?from=2026-05-03&to=2026-05-09")

    assert (shown.period.days, shown.is_custom) == (7, True)
    assert shown.query == "from=2026-05-03&to=2026-05-09"


def test_the_picker_keeps_the_other_filters_and_leaves_the_place_in_the_list():
    shown = period("?days=30&q=bill&after=abc&metric=nps")

    assert [choice.query for choice in shown.choices] == [
        "q=bill&metric=nps&days=30",
        "q=bill&metric=nps&days=90",
        "q=bill&metric=nps&days=365",
    ]
    assert [choice.is_current for choice in shown.choices] == [True, False, False]


@pytest.mark.parametrize(
    "query",
    ["?from=2026-05-03", "?to=2026-05-03", "?from=2026-05-09&to=2026-05-03", "?days=31", "?from=x"],
)
def test_half_a_period_is_none(query):
    with pytest.raises(BadAddress):
        period(query)


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 5, 3), date(2026, 5, 9), "3 to 9 May 2026"),
        (date(2026, 8, 24), date(2026, 11, 21), "24 Aug to 21 Nov 2026"),
        (date(2025, 12, 30), date(2026, 1, 2), "30 Dec 2025 to 2 Jan 2026"),
        (date(2026, 5, 3), date(2026, 5, 3), "3 May 2026"),
    ],
)
def test_a_period_is_written_as_people_write_it(first, last, text):
    assert days_text(Period(first, last)) == text


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_begins_and_ends_at_the_organisations_midnight(day, hours):
    begins, ends = bounds(Period(day, day), "Europe/Berlin")

    assert (ends.astimezone(UTC) - begins.astimezone(UTC)).total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 11, 21, 9, 5, tzinfo=UTC), "today 09:05"),
        (datetime(2026, 11, 20, 23, 59, tzinfo=UTC), "yesterday 23:59"),
        (datetime(2026, 11, 1, 8, tzinfo=UTC), "1 Nov"),
        (datetime(2025, 5, 3, 8, tzinfo=UTC), "3 May 2025"),
    ],
)
def test_near_moments_are_words_and_far_ones_dates(at, text):
    assert moment_text(at, NOON) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 21), "Today"),
        (date(2026, 11, 20), "Yesterday"),
        (date(2026, 11, 17), "Tuesday 17 November"),
        (date(2025, 5, 3), "3 May 2025"),
    ],
)
def test_days_of_a_timeline_have_names(day, text):
    assert day_text(day, date(2026, 11, 21)) == text
