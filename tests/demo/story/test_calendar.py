from collections import Counter
from datetime import date, timedelta

import pytest

from cxapp.demo.story.calendar import DAY, DAYS, ZONE, Calendar, month_of, quarter_of, waking

# A spring, an autumn and a winter: the first two lay a change of clocks inside the last month.
ANCHORS = [date(2026, 4, 6), date(2026, 11, 4), date(2027, 1, 31)]


@pytest.mark.parametrize("anchor", [date(2026, 11, 16) + timedelta(days=n) for n in range(7)])
def test_the_story_ends_on_the_sunday_before_the_anchor(anchor):
    calendar = Calendar(anchor)
    assert calendar.last_day.isoweekday() == 7
    assert 1 <= (anchor - calendar.last_day).days <= 7
    assert calendar.first_day.isoweekday() == 1
    assert (calendar.last_day - calendar.first_day).days == DAYS - 1


@pytest.mark.parametrize("anchor", ANCHORS)
def test_every_moment_falls_on_its_day_in_its_order_under_every_anchor(story, anchor):
    calendar = Calendar(anchor)
    seconds = sorted(seconds_of(story))
    moments = [calendar.moment(second) for second in seconds]
    assert moments == sorted(moments)
    days = Counter((at.astimezone(ZONE).date() - calendar.first_day).days for at in moments)
    assert days == Counter(second // DAY for second in seconds)


def seconds_of(story):
    for interaction in story.interactions:
        yield interaction.at
        yield interaction.recorded_at
    for ask in story.asks:
        yield ask.at
        yield from filter(None, [ask.handed_over_at, ask.bounced_at, ask.opted_out_at])
        yield from (each.at for each in (ask.answer.revisions if ask.answer else ()))


def test_months_and_quarters_divide_the_days():
    assert [month_of(day) for day in (-5, 0, 30, 31, 545, 600)] == [1, 1, 1, 2, 18, 18]
    assert Counter(quarter_of(day) for day in range(DAYS)) == dict.fromkeys(range(1, 7), 91)


def test_the_night_becomes_the_morning_and_keeps_its_order():
    night = [waking(3 * DAY + hour * 3600) for hour in range(6)]
    assert night == sorted(night)
    assert all(3 * DAY + 6 * 3600 <= second < 3 * DAY + 7.5 * 3600 for second in night)
    assert waking(3 * DAY + 9 * 3600) == 3 * DAY + 9 * 3600
