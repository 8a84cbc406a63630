"""What the demo promises, from the story's own answers through the product's statistics."""

from datetime import date

import pytest

from cxapp.demo.story import choose
from cxapp.demo.story.calendar import DAYS, ZONE, Calendar
from cxapp.demo.story.promises import PROMISED, RECOVERED, broken, sentence_of, verdicts
from cxapp.demo.story.reading import Reading, last
from metrics.statistics.families import ENOUGH
from metrics.statistics.gap import Group
from metrics.statistics.verdicts import Call

# A spring and an autumn lay a change of clocks inside the last month; a winter lays none there.
ANCHORS = [date(2026, 4, 6), date(2026, 11, 4), date(2027, 1, 31)]


@pytest.fixture(scope="module")
def reading(story):
    return Reading(story)


def told_under(story, anchor):
    """The story's answers on the local days that the anchor gives them."""
    calendar = Calendar(anchor)

    def day_of(second):
        return (calendar.moment(second).astimezone(ZONE).date() - calendar.first_day).days

    return Reading(story, day_of)


@pytest.mark.parametrize("anchor", ANCHORS)
def test_every_verdict_and_band_holds_under_every_anchor(story, anchor):
    told = told_under(story, anchor)
    assert broken(told) == {}
    assert verdicts(told) == PROMISED


def test_a_story_told_backwards_breaks_its_promises(story):
    wrong = broken(Reading(story, lambda second: DAYS - 1 - second // 86_400))
    assert wrong["csat 4"] == "up"
    assert {"nps 5", "90 basic", "90 sentence", "nps of 1", "csat of 3"} <= wrong.keys()


def test_thirty_days_have_no_green_and_no_sentence_but_chance(reading):
    text, changes = sentence_of(reading, 30)
    assert text.startswith("Nothing chance could not explain; to see 10 points you need about ")
    assert set(changes.values()) <= {Call.NO_CALL, Call.STEADY}


def test_ninety_days_name_plan_basic_and_nobody_else(reading):
    text, changes = sentence_of(reading, 90)
    assert text == RECOVERED
    assert [group for group, call in changes.items() if call is Call.DOWN] == [
        Group("plan", "Basic")
    ]


def test_enough_stand_in_both_quarters_to_tell_who_moved(reading):
    """Of half-yearly surveys nobody stands in two quarters: some are asked a second time."""
    now, before = (reading.stands(last(90, skip=skip)) for skip in (7, 97))
    assert len(now.keys() & before.keys()) >= ENOUGH + 5


def test_the_first_seed_that_breaks_nothing_is_chosen(monkeypatch, capsys):
    monkeypatch.setattr(choose, "tell", lambda seed: seed)
    monkeypatch.setattr(choose, "Reading", lambda seed: seed)
    monkeypatch.setattr(choose, "broken", lambda seed: {"nps 5": "up"} if seed in {1, 2} else {})
    monkeypatch.setattr(choose.os, "nice", lambda _: 0)

    assert chosen(monkeypatch, "1", "9") == 0
    assert capsys.readouterr().out.splitlines() == [
        "1: nps 5: up",
        "2: nps 5: up",
        "3: keeps every promise",
        "Chosen: 3",
    ]
    assert chosen(monkeypatch, "1", "4", "--all") == 0
    assert capsys.readouterr().out.splitlines()[4:] == [" 50 % keep nps 5", "Chosen: 3"]
    assert chosen(monkeypatch, "1", "2") == 1
    assert capsys.readouterr().out.endswith("No seed keeps every promise.\n")


def chosen(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["choose", *arguments])
    return choose.main()
