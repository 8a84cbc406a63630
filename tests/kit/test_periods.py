"""Days are the organisation's own, also when the clocks change."""

from datetime import UTC, date, datetime

import pytest

from kit.periods import Period, last_days, local_day


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 30)),
        (datetime(2026, 1, 1, 9, 59, tzinfo=UTC), "Pacific/Honolulu", date(2025, 12, 31)),
    ],
)
def test_a_moment_falls_on_the_day_of_the_zone(at, zone, day):
    assert local_day(at, zone) == day


def test_the_period_before_is_as_long_and_touches():
    period = last_days(90, date(2026, 5, 12))
    before = period.before()
    assert (period.days, before.days) == (90, 90)
    assert (before.last, period.first) == (date(2026, 2, 11), date(2026, 2, 12))
    assert period == Period(date(2026, 2, 12), date(2026, 5, 12))
