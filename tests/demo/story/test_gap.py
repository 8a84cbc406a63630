"""The sentence the demo opens with, from the story's own answers through the product's rules."""

from itertools import pairwise

import pytest

from cxapp.demo.story.calendar import DAY
from cxapp.demo.story.contacts import tenure_band
from cxapp.demo.story.setting import PLACES
from metrics.statistics.definitions import CSAT, NPS
from metrics.statistics.families import ENOUGH, Versus, judge_together
from metrics.statistics.figures import figure, needed_n, verdict
from metrics.statistics.gap import Group, opposed, sentence
from metrics.statistics.verdicts import Call
from tests.demo.reading import last

SERVICE_PLACES = {each.touchpoint.key for each in PLACES if each.touchpoint.kind == "service"}
KNOWN = ("plan", "region", "tenure")


class Told:
    """Both metrics of any days and segment, as the gap page reads them."""

    def __init__(self, story):
        customers = {each.key: each for each in story.customers}
        places = {each.key: each.touchpoint for each in story.interactions}
        metric = {each.key: each.metric for each in story.programmes}
        self.service, self.experience = [], []
        for ask in sorted(story.asks, key=lambda one: one.answer.shown.at if one.answer else 0):
            if not ask.answer or ask.answer.standing != "counted":
                continue
            person, at = customers[ask.customer], ask.answer.shown.at
            known = {
                "plan": person.plan,
                "region": person.region,
                "tenure": tenure_band(ask.at // DAY - person.joined),
            }
            row = (at // DAY, ask.answer.shown.score, person.key, known)
            if metric[ask.programme] == "nps":
                self.experience.append(row)
            elif metric[ask.programme] == "csat" and places.get(ask.interaction) in SERVICE_PLACES:
                self.service.append(row)

    def histogram(self, definition, days, group=None):
        if definition is CSAT:
            rows = [row for row in self.service if row[0] in days]
        else:
            rows = [*{row[2]: row for row in self.experience if row[0] in days}.values()]
        counted = {}
        for _, score, _, known in rows:
            if group is None or known[group.key] == group.value:
                counted[score] = counted.get(score, 0) + 1
        return counted

    def groups(self):
        rows = [*self.service, *self.experience]
        return sorted({Group(key, row[3][key]) for row in rows for key in KNOWN}, key=str)


@pytest.fixture(scope="module")
def told(story):
    return Told(story)


def judged(told, days):
    """What the page would say of so many days up to the story's last Sunday."""
    spans = [last(days, skip=days * number) for number in range(6)]
    calls = {}
    for definition in (CSAT, NPS):
        counts = [told.histogram(definition, span) for span in spans]
        calls[definition] = [
            verdict(definition, now, before).call if now and before else None
            for now, before in pairwise(counts)
        ]
    family = {
        (definition, group): Versus(
            definition, *(told.histogram(definition, span, group) for span in spans[:2])
        )
        for definition in (CSAT, NPS)
        for group in told.groups()
    }
    found = {
        group: test
        for (definition, group), test in judge_together(family).items()
        if definition is NPS
    }
    changes = {group: test.verdict.call for group, test in found.items()}
    fallen = [group for group, call in changes.items() if call is Call.DOWN]
    text = sentence(
        calls[CSAT][0],
        calls[NPS][0],
        earlier=calls[CSAT][1:],
        fallen=fallen,
        needed=needed_n(NPS, told.histogram(NPS, spans[0])),
    )
    return text, calls, changes


def test_ninety_days_end_with_the_sentence_of_the_story(told):
    text, calls, changes = judged(told, 90)
    assert text == "Service has recovered; the relationship has not, and it is plan Basic."
    assert calls[CSAT][:4] == [Call.UP, Call.NO_CALL, Call.DOWN, Call.DOWN]
    assert calls[NPS][0] is Call.NO_CALL
    found = opposed(changes, {})
    assert (str(found.fell), str(found.rose)) == ("plan Basic", "plan Plus")


def test_thirty_days_have_no_green_and_no_sentence_but_chance(told):
    text, calls, changes = judged(told, 30)
    assert (calls[CSAT][0], calls[NPS][0]) == (Call.NO_CALL, Call.NO_CALL)
    assert text.startswith("Nothing chance could not explain; to see 10 points you need about ")
    assert set(changes.values()) <= {Call.NO_CALL, Call.STEADY}
    assert opposed(changes, {}) is None


def test_basic_went_from_about_twelve_to_about_minus_thirty(told):
    basic = Group("plan", "Basic")
    now, before = (told.histogram(NPS, last(90, skip=skip), basic) for skip in (0, 90))
    assert abs(figure(NPS, now).shown + 30) <= 8
    assert abs(figure(NPS, before).shown - 12) <= 8


def rated_before(told, customer, day):
    return any(who == customer and 0 <= day - then < 180 for then, _, who, _ in told.service)


def test_enough_stand_in_both_quarters_to_tell_who_moved(told):
    """Of half-yearly surveys nobody stands in two quarters: some are asked a second time."""
    now, before = (
        {row[2]: row[0] for row in told.experience if row[0] in last(90, skip=skip)}
        for skip in (7, 97)  # also in the week after the last one
    )
    both = [
        who
        for who in now.keys() & before.keys()
        if rated_before(told, who, now[who]) and rated_before(told, who, before[who])
    ]
    assert len(both) >= ENOUGH + 10
