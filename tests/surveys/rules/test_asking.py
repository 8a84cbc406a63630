"""Whom to ask: the first rule that says no decides, and says when to ask again."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from surveys.rules.asking import Ask, Limits, Rule, Situation, judge
from surveys.rules.cadence import Cadence
from surveys.rules.conditions import Comparison, Condition
from surveys.rules.limits import Slots, by_time, day_from, day_of, start_of
from surveys.rules.pauses import Pause

NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
LIMITS = Limits(rest_days=30, ask_again_after_days=7, asks_per_year=6)
FREE = Situation(
    limits=LIMITS,
    is_programme_on=True,
    is_archived=False,
    has_address=True,
    occurred_at=NOW - timedelta(hours=1),
    recorded_at=NOW,
)
NORTH = Condition("region", Comparison.IS, ("North",))
NETWORK = Pause("network down", NOW - timedelta(days=1), None, "region", ("North",))


def ago(days):
    return NOW - timedelta(days=days)


def asked(*days, **fields):
    return tuple(Ask(ago(day), **fields) for day in days)


@dataclass(frozen=True)
class On:
    """A calendar with these days; four months between two of them."""

    days: tuple[date, ...]
    per_year: int = 2

    def next(self, day):
        return next((each for each in self.days if each >= day), date(2100, 1, 1))


def test_a_rested_customer_is_asked():
    verdict = judge(FREE, NOW)
    assert (verdict.is_asked, verdict.rule, verdict.again_on) == (True, Rule.ASKED, None)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"is_imported": True}, Rule.IMPORTED),
        ({"occurred_at": NOW - timedelta(days=7, seconds=1)}, Rule.TOO_OLD),
        ({"is_programme_on": False}, Rule.PROGRAMME_OFF),
        ({"is_archived": True}, Rule.ARCHIVED),
        ({"has_address": False}, Rule.NO_ADDRESS),
        ({"suppressed_for": "opted_out"}, Rule.OPTED_OUT),
        ({"suppressed_for": "bounced"}, Rule.BOUNCED),
        ({"suppressed_for": "staff"}, Rule.STOPPED_BY_STAFF),
        ({"is_held_out": True}, Rule.HELD_OUT),
        ({"conditions": (NORTH,), "context": {"region": "South"}}, Rule.CONDITION),
        ({"is_drawn": False}, Rule.NOT_DRAWN),
        ({"is_all_paused": True}, Rule.ALL_PAUSED),
        ({"pauses": (NETWORK,), "context": {"region": "North"}}, Rule.PAUSED),
        ({"asks": asked(29.9, is_own=True)}, Rule.RESTING),
        ({"asks": asked(6.9, is_same_occasion=True)}, Rule.OUTRANKED),
        ({"asks": asked(6.9)}, Rule.ASKED_RECENTLY),
        ({"slots": (On((date(2026, 5, 19),)),)}, Rule.KEPT_FREE),
        ({"slots": (On(()),), "asks": asked(300, 200, 100, 50)}, Rule.KEPT_PLACE),
        ({"asks": asked(300, 250, 200, 150, 100, 50)}, Rule.ASKED_ENOUGH),
        ({"asks": asked(300, 250, 200, 150, 100, 50, is_to_person=False)}, Rule.ASKED_ENOUGH),
        ({"asks": asked(300, 250, 200, 150, 100, 50, is_to_address=False)}, Rule.ASKED_ENOUGH),
        (
            {
                "limits": replace(LIMITS, people_per_company=2),
                "colleagues_asked_at": (ago(29), ago(3)),
            },
            Rule.COMPANY_ASKED,
        ),
        ({"is_test": True}, Rule.TEST_KEY),
    ],
)
def test_each_rule_says_no_by_itself(change, rule):
    verdict = judge(replace(FREE, **change), NOW)
    assert (verdict.is_asked, verdict.rule) == (False, rule)


@pytest.mark.parametrize(
    "change",
    [
        {"occurred_at": NOW - timedelta(days=7)},
        {"conditions": (NORTH,), "context": {"region": "North"}},
        {"pauses": (NETWORK,), "context": {"region": "South"}},
        {"pauses": (replace(NETWORK, ends_at=NOW),), "context": {"region": "North"}},
        {"asks": asked(30, is_own=True)},
        {"asks": asked(7)},
        {"asks": asked(365, 250, 200, 150, 100, 50)},
        {"slots": (On((date(2026, 5, 20),)),)},
        {"slots": (On(()),), "asks": asked(365, 200, 100, 50)},
        {"slots": (On(()),), "asks": asked(300, 200, 100) + asked(60, 50, is_relational=True)},
        {"slots": (On((date(2026, 5, 19),)),), "is_relational": True},
        {"limits": replace(LIMITS, people_per_company=2), "colleagues_asked_at": (ago(30), ago(3))},
    ],
)
def test_each_limit_ends_exactly_where_it_says(change):
    assert judge(replace(FREE, **change), NOW).is_asked


def test_a_person_and_a_family_are_counted_apart():
    """Three asks to her and three to the address before it was hers are not six to anybody."""
    own = asked(300, 200, 100, is_to_address=False)
    theirs = asked(250, 150, 50, is_to_person=False)
    assert judge(replace(FREE, asks=by_time(own + theirs)), NOW).is_asked


def test_where_fewer_are_allowed_than_were_asked_the_oldest_of_those_allowed_frees_the_day():
    limits = replace(FREE.limits, asks_per_year=2)
    verdict = judge(replace(FREE, limits=limits, asks=asked(300, 200, 100)), NOW)
    assert (verdict.rule, verdict.again_on) == (
        Rule.ASKED_ENOUGH,
        day_from(ago(200) + timedelta(days=365), "UTC"),
    )


def test_a_question_that_is_still_to_come_counts():
    coming = (Ask(NOW + timedelta(days=3)),)
    assert judge(replace(FREE, asks=coming), NOW).rule is Rule.ASKED_RECENTLY
    assert judge(replace(FREE, asks=coming, lead=timedelta(days=10)), NOW).is_asked
    far = (Ask(NOW + timedelta(days=20)),)
    assert judge(replace(FREE, asks=far), NOW).is_asked


@pytest.mark.parametrize(("first", "last"), [(-2, 5), (3, 5), (20, 30)])
def test_no_day_is_named_of_which_a_pause_takes_some_hours(first, last):
    """The rest ends on 15 May at noon, so the 16th would be free but for a pause on it."""
    midnight = datetime(2026, 5, 16, tzinfo=UTC)
    pause = Pause("strike", *(midnight + timedelta(hours=hour) for hour in (first, last)))
    asks = (Ask(datetime(2026, 5, 8, 12, tzinfo=UTC)),)
    verdict = judge(replace(FREE, asks=asks, pauses=(pause,)), NOW)
    assert verdict.again_on == date(2026, 5, 18 if last == 30 else 17)


def test_a_mail_that_comes_late_must_not_come_into_the_kept_days():
    slots = (On((date(2026, 5, 25),)),)
    assert judge(replace(FREE, slots=slots), NOW).is_asked
    assert judge(replace(FREE, slots=slots, lead=timedelta(days=6)), NOW).rule is Rule.KEPT_FREE


def test_a_mail_for_a_later_day_must_not_come_soon_after_a_slot_that_is_ahead():
    slots = (On((date(2026, 5, 13),)),)
    judged = {
        days: judge(replace(FREE, slots=slots, lead=timedelta(days=days)), NOW)
        for days in (2, 8, 9)
    }
    assert [verdict.rule for verdict in judged.values()] == [
        Rule.KEPT_FREE, Rule.KEPT_FREE, Rule.ASKED,
    ]  # fmt: skip
    assert judged[2].again_on == date(2026, 5, 19)  # it would arrive on the 21st
    assert judged[2].facts == {"slot_on": "2026-05-13", "days": 7, "arrives_on": "2026-05-14"}


@pytest.mark.parametrize(
    ("at", "zone", "told"),
    [
        (datetime(2026, 5, 11, 23, 30, tzinfo=UTC), "UTC", {"last_asked_on": "2026-05-11"}),
        (datetime(2026, 5, 11, 23, 30, tzinfo=UTC), "Asia/Tokyo", {"last_asked_on": "2026-05-12"}),
        (NOW, "UTC", {"last_asked_on": "2026-05-12"}),
        (NOW + timedelta(hours=9), "America/New_York", {"planned_on": "2026-05-12"}),
        (datetime(2026, 5, 14, 2, tzinfo=UTC), "America/New_York", {"planned_on": "2026-05-13"}),
    ],
)
def test_the_other_question_is_told_on_its_day_here_as_past_or_to_come(at, zone, told):
    for rule, is_own, days in (("resting", True, 30), ("asked_recently", False, 7)):
        verdict = judge(replace(FREE, zone=zone, asks=(Ask(at, is_own=is_own),)), NOW)
        assert (verdict.rule, verdict.facts) == (rule, {**told, "days": days})


@pytest.mark.parametrize(
    ("zone", "slot", "again_on"),
    [
        # Forty-eight hours that end behind a change of clocks begin at another hour of the day.
        ("Europe/London", date(2026, 10, 18), date(2026, 10, 25)),
        ("Europe/London", date(2026, 3, 22), date(2026, 3, 28)),
        ("Europe/London", date(2026, 5, 10), date(2026, 5, 16)),
        # Clocks that turn at midnight: a day without its first hour, and one with it twice.
        ("America/Santiago", date(2026, 8, 31), date(2026, 9, 6)),
        ("America/Havana", date(2026, 10, 26), date(2026, 11, 2)),
    ],
)
def test_the_day_that_is_named_is_true_where_clocks_turn_meanwhile(zone, slot, again_on):
    situation = replace(FREE, zone=zone, slots=(On((slot,)),), lead=timedelta(days=2))
    now = start_of(slot, zone) - timedelta(hours=12)
    verdict = judge(replace(situation, occurred_at=now, recorded_at=now), now)
    assert (verdict.rule, verdict.again_on) == (Rule.KEPT_FREE, again_on)
    first = start_of(again_on, zone)
    free = replace(situation, occurred_at=first, recorded_at=first)
    hours = (start_of(again_on + timedelta(days=1), zone) - first) // timedelta(hours=1)
    assert all(judge(free, first + n * timedelta(hours=1)).is_asked for n in range(hours))


def test_after_the_relationship_survey_its_own_rest_is_waited_for():
    verdict = judge(replace(FREE, slots=(On((date(2026, 5, 15),)),)), NOW)
    assert (verdict.rule, verdict.again_on) == (Rule.KEPT_FREE, date(2026, 5, 23))


def test_who_keeps_every_place_leaves_no_day():
    limits = replace(LIMITS, asks_per_year=2)
    verdict = judge(replace(FREE, limits=limits, slots=(On(()),)), NOW)
    assert (verdict.rule, verdict.again_on) == (Rule.KEPT_PLACE, None)


def test_the_day_is_one_of_the_organisations_days():
    asks = (Ask(datetime(2026, 5, 10, 22, 30, tzinfo=UTC)),)
    days = [
        judge(replace(FREE, asks=asks, zone=zone), NOW).again_on
        for zone in ("UTC", "Europe/Berlin", "America/New_York")
    ]
    assert days == [date(2026, 5, 18), date(2026, 5, 19), date(2026, 5, 18)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"asks": asked(300, 250, 200, 150, 100, -10)}, {"asked": 5, "planned": 1}),
        ({"asks": asked(300, 250, 200, 150, 100, 50)}, {"asked": 6}),
        (
            {"slots": (On(()),), "asks": asked(300, 200, 100, -10)},
            {"service": 3, "kept": 2, "planned": 1},
        ),
        (
            {
                "limits": replace(LIMITS, people_per_company=2),
                "colleagues_asked_at": (ago(3), ago(-2)),
            },
            {"people": 1, "days": 30, "planned": 1},
        ),
    ],
)
def test_a_question_that_is_only_planned_takes_a_place_and_is_not_told_as_asked(change, told):
    assert judge(replace(FREE, **change), NOW).facts == told


def test_who_was_drawn_is_told_so():
    drawn = judge(replace(FREE, limits=replace(LIMITS, sampling_percent=50)), NOW)
    assert (drawn.is_asked, drawn.facts) == (True, {"percent": 50})


moments = st.integers(-400 * 24 * 60, 40 * 24 * 60).map(lambda n: NOW + timedelta(minutes=n))
asks = st.builds(
    Ask,
    at=moments,
    is_own=st.booleans(),
    is_relational=st.booleans(),
    is_to_person=st.booleans(),
    is_to_address=st.booleans(),
    is_same_occasion=st.booleans(),
)
pauses = st.builds(
    lambda begins, days: Pause("network", begins, begins + timedelta(days=days)),
    moments,
    st.floats(0, 30),
)
calendars = st.builds(
    lambda number, months, customer: Slots(Cadence(number, months), customer, date(2020, 1, 1)),
    st.integers(1, 50),
    st.sampled_from([3, 6, 12]),
    st.integers(1, 10_000),
)
limits = st.builds(
    Limits,
    rest_days=st.integers(0, 90),
    ask_again_after_days=st.integers(0, 30),
    asks_per_year=st.integers(1, 8),
    people_per_company=st.integers(0, 3),
    company_days=st.integers(1, 60),
)
situations = st.builds(
    lambda **fields: replace(FREE, **fields),
    limits=limits,
    is_relational=st.booleans(),
    asks=st.lists(asks, max_size=9).map(by_time),
    colleagues_asked_at=st.lists(moments, max_size=4).map(tuple),
    pauses=st.lists(pauses, max_size=2).map(tuple),
    slots=st.lists(calendars, max_size=2).map(tuple),
    lead=st.floats(0, 30).map(lambda days: timedelta(days=days)),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia"]),
)


@given(situations, st.floats(0, 0.9999))
@example(replace(FREE, asks=asked(364, 250, 200, 150, 100, 50, 20)), 0.0)
def test_on_the_day_it_names_nothing_is_in_the_way_at_any_hour(situation, share):
    verdict = judge(situation, NOW)
    if verdict.again_on is None:
        return
    begins = start_of(verdict.again_on, situation.zone)
    ends = start_of(verdict.again_on + timedelta(days=1), situation.zone)
    then = begins + share * (ends - begins)
    later = judge(replace(situation, occurred_at=then, recorded_at=then), then)
    assert verdict.again_on > day_of(NOW, situation.zone)
    assert later.is_asked, later


@given(situations)
def test_who_waits_in_vain_is_named_no_day_and_who_waits_is(situation):
    """A no to a limit that time ends names a day, unless every place of the year is kept."""
    verdict = judge(situation, NOW)
    service = 0 if situation.is_relational else sum(each.per_year for each in situation.slots)
    never = situation.limits.asks_per_year <= service
    assert (verdict.again_on is not None) == (not verdict.is_asked and not never)


@given(situations)
def test_whoever_is_asked_breaks_no_limit(situation):
    if not judge(situation, NOW).is_asked:
        return
    limits, at = situation.limits, NOW + situation.lead
    for mine in ("is_to_person", "is_to_address"):
        year = [
            each
            for each in situation.asks
            if getattr(each, mine) and at - each.at < timedelta(days=365)
        ]
        assert len(year) < limits.asks_per_year
    assert all(abs(at - each.at) >= timedelta(days=limits.ask_again_after_days)
               for each in situation.asks)  # fmt: skip
    assert all(abs(at - each.at) >= timedelta(days=limits.rest_days)
               for each in situation.asks if each.is_own)  # fmt: skip
    assert not any(each.holds(NOW) for each in situation.pauses)
    if not situation.is_relational:
        today, day = (each.astimezone(ZoneInfo(situation.zone)).date() for each in (NOW, at))
        again = limits.ask_again_after_days
        for slot in {each.next(since) for each in situation.slots for since in (today, day)}:
            assert not -again <= (slot - day).days <= max(7, again)
