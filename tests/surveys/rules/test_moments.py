"""Mail leaves at the first allowed moment and at no other, whatever the clocks do that night."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from surveys.rules.moments import ANY_TIME, DAY, Hours, first_moment, is_open, known_zone

# Half hours, midnight turns, a day that was skipped, a base offset of 45 minutes, no turn at all.
ZONES = (
    "UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Beirut",
    "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/Sao_Paulo",
    "Africa/Casablanca", "Pacific/Chatham", "America/Havana", "Asia/Gaza",
)  # fmt: skip
MINUTE = timedelta(minutes=1)
minutes = st.integers(0, DAY - 1)
weekdays = st.sets(st.sampled_from("1234567"), min_size=1).map(lambda days: "".join(sorted(days)))
hours = st.builds(
    lambda days, opens, long: Hours(days, opens, min(opens + long, DAY)),
    weekdays, minutes, st.integers(1, DAY),
)  # fmt: skip
# Minutes, so that every one between a wish and its moment can be looked at.
wishes = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
TURNS = [
    ("Europe/London", datetime(2026, 3, 29, 0, 10, tzinfo=UTC)),
    ("Europe/London", datetime(2026, 10, 25, 0, 10, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 11, 1, 4, 10, tzinfo=UTC)),
    ("Asia/Beirut", datetime(2026, 3, 28, 21, 10, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 9, 10, tzinfo=UTC)),
    ("America/St_Johns", datetime(2010, 11, 7, 2, 20, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 14, 40, tzinfo=UTC)),
]


def shown(at, zone):
    """What a clock on the wall there shows, and whether that lies in the hours: by other means."""
    return at.astimezone(ZoneInfo(zone))


def lies_within(at, zone, hours):
    wall = shown(at, zone)
    minute = wall.hour * 60 + wall.minute
    return str(wall.isoweekday()) in hours.days and hours.opens <= minute < hours.closes


@given(st.sampled_from(ZONES), wishes, hours)
@settings(max_examples=300)
def test_the_moment_is_the_first_one_that_a_clock_there_allows(zone, wish, hours):
    moment = first_moment(wish, zone=zone, hours=hours)
    assert moment >= wish
    assert lies_within(moment, zone, hours)
    assert is_open(moment, zone=zone, hours=hours)
    # No minute before it was allowed; for moments far away, the last two days are looked at.
    at = max(wish, moment - timedelta(days=2))
    while at < moment:
        assert not lies_within(at, zone, hours), at
        at += MINUTE


@given(st.sampled_from(TURNS), st.integers(-180, 180), hours)
@example(TURNS[0], 0, Hours(opens=90, closes=120))  # an hour that does not exist that night
@example(TURNS[1], 0, Hours(opens=90, closes=120))  # an hour that exists twice
@settings(max_examples=300)
def test_nights_in_which_clocks_turn(turn, shift, hours):
    zone, around = turn
    wish = around + shift * MINUTE
    moment = first_moment(wish, zone=zone, hours=hours)
    assert moment >= wish
    assert lies_within(moment, zone, hours)
    at = max(wish, moment - timedelta(days=2))
    while at < moment:
        assert not lies_within(at, zone, hours), at
        at += MINUTE


def test_a_mail_at_night_waits_for_the_morning_of_its_reader():
    hours = Hours("123456", 8 * 60, 20 * 60)
    saturday_night = datetime(2026, 5, 16, 21, 30, tzinfo=UTC)
    assert first_moment(saturday_night, zone="Europe/London", hours=hours) == datetime(
        2026, 5, 18, 7, 0, tzinfo=UTC
    )
    assert first_moment(saturday_night, zone="America/New_York", hours=hours) == saturday_night


def test_a_window_in_the_hour_that_is_skipped_opens_as_the_clocks_turn():
    night = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # London goes from 1:00 to 2:00
    until_two = Hours(opens=90, closes=120)
    assert first_moment(night, zone="Europe/London", hours=until_two) == datetime(
        2026, 3, 30, 0, 30, tzinfo=UTC
    )
    until_three = Hours(opens=90, closes=180)
    assert first_moment(night, zone="Europe/London", hours=until_three) == datetime(
        2026, 3, 29, 1, 0, tzinfo=UTC
    )


def test_a_night_that_shows_yesterday_again_opens_its_window_again():
    after_midnight = datetime(2010, 11, 7, 2, 30, 30, tzinfo=UTC)  # at 0:01 it became 23:01
    saturday = Hours(days="6", opens=23 * 60, closes=24 * 60)
    assert first_moment(after_midnight, zone="America/St_Johns", hours=saturday) == datetime(
        2010, 11, 7, 2, 31, tzinfo=UTC
    )


def test_holidays_are_left_out_and_the_next_day_is_taken():
    hours = Hours("12345", 9 * 60, 17 * 60)
    closed = {date(2026, 12, 25), date(2026, 12, 28)}
    eve = datetime(2026, 12, 24, 18, 0, tzinfo=UTC)
    moment = first_moment(eve, zone="Europe/London", hours=hours, holidays=closed)
    assert moment == datetime(2026, 12, 29, 9, 0, tzinfo=UTC)
    noon = datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
    assert not is_open(noon, zone="Europe/London", hours=hours, holidays=closed)


def test_where_every_allowed_day_is_a_holiday_there_is_no_moment():
    class Always:
        def __contains__(self, day):
            return True

    wish = datetime(2026, 5, 12, tzinfo=UTC)
    assert first_moment(wish, zone="UTC", hours=Hours(), holidays=Always()) == wish
    sundays = Hours("7")
    assert first_moment(wish, zone="UTC", hours=sundays, holidays=Always()) is None


@given(st.sampled_from(ZONES), wishes)
def test_at_any_time_means_now(zone, wish):
    assert first_moment(wish, zone=zone, hours=ANY_TIME) is wish


@pytest.mark.parametrize(
    ("wanted", "zone"),
    [("Asia/Tokyo", "Asia/Tokyo"), ("", "Europe/London"), ("Mars/Base", "Europe/London"),
     ("../etc", "Europe/London"), ("UTC", "UTC")],
)  # fmt: skip
def test_a_zone_that_is_not_known_is_the_organisations(wanted, zone):
    assert known_zone(wanted, "Europe/London") == zone
