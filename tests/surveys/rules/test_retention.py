"""Whatever is older than so many months or years goes; 0 keeps it for ever."""

from datetime import UTC, datetime

import pytest

from surveys.rules.retention import Rules, cutoffs

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("months", "day"),
    [(3, (2026, 2, 28)), (5, (2025, 12, 31)), (12, (2025, 5, 31)), (27, (2024, 2, 29))],
)
def test_months_go_back_to_the_same_day_or_the_last_of_a_shorter_month(months, day):
    before = cutoffs(Rules(words_months=months), NOW)
    assert (before.words, before.contexts, before.people) == (
        datetime(*day, 12, tzinfo=UTC),
        None,
        None,
    )


def test_years_are_for_people():
    assert cutoffs(Rules(silent_years=2), NOW).people == datetime(2024, 5, 31, 12, tzinfo=UTC)


def test_nothing_goes_by_itself():
    before = cutoffs(Rules(), NOW)
    assert (before.words, before.contexts, before.people) == (None, None, None)
