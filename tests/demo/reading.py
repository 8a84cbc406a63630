"""Reads a story as the pages will: scores of a period, their figures and what may be said."""

from collections import Counter

from cxapp.demo.story.calendar import DAY, DAYS
from metrics.statistics import definitions, figures
from metrics.statistics.verdicts import Call

NPS, CSAT = definitions.NPS, definitions.CSAT
QUARTER_DAYS = DAYS // 6


class Reading:
    """The counted answers of a story as (day, score, customer, touchpoint)."""

    def __init__(self, story):
        customers = {each.key: each for each in story.customers}
        places = {each.key: each.touchpoint for each in story.interactions}
        metric = {each.key: each.metric for each in story.programmes}
        self.rows = [
            (
                ask.answer.shown.at // DAY,
                metric[ask.programme],
                ask.answer.shown.score,
                customers[ask.customer],
                places.get(ask.interaction),
                ask.programme,
            )
            for ask in story.asks
            if ask.answer and ask.answer.standing == "counted"
        ]

    def nps(self, days, plans=None):
        latest = {
            customer.key: score
            for day, metric, score, customer, *_ in sorted(self.rows, key=lambda row: row[0])
            if metric == "nps" and day in days and (plans is None or customer.plan in plans)
        }
        return Counter(latest.values())

    def csat(self, days, places=None):
        return Counter(
            score
            for day, _, score, _, place, programme in self.rows
            if programme == "after-help" and day in days and (places is None or place in places)
        )


def quarter(number):
    return range((number - 1) * QUARTER_DAYS, number * QUARTER_DAYS)


def last(days, *, skip=0):
    return range(DAYS - skip - days, DAYS - skip)


def call(definition, now, before):
    verdict = figures.verdict(definition, now, before)
    return "no call" if verdict.call is Call.STEADY else verdict.call.value


def calls(reading):
    """Every verdict that the story promises, by name."""
    others = {"Plus", "Max", "Business"}
    said = {}
    for number in range(2, 7):
        now, before = quarter(number), quarter(number - 1)
        said[f"nps {number}"] = call(NPS, reading.nps(now), reading.nps(before))
        said[f"csat {number}"] = call(CSAT, reading.csat(now), reading.csat(before))
    now, before = last(90), last(90, skip=90)
    said["90 nps"] = call(NPS, reading.nps(now), reading.nps(before))
    said["90 csat"] = call(CSAT, reading.csat(now), reading.csat(before))
    said["90 basic"] = call(NPS, reading.nps(now, {"Basic"}), reading.nps(before, {"Basic"}))
    said["90 others"] = call(NPS, reading.nps(now, others), reading.nps(before, others))
    now, before = last(30), last(30, skip=30)
    said["30 nps"] = call(NPS, reading.nps(now), reading.nps(before))
    said["30 csat"] = call(CSAT, reading.csat(now), reading.csat(before))
    said["90 business"] = call(
        NPS, reading.nps(last(90), {"Business"}), reading.nps(last(90, skip=90), {"Business"})
    )
    for number in range(2, 7):
        said[f"complaint {number}"] = call(
            CSAT,
            reading.csat(quarter(number), {"complaint"}),
            reading.csat(quarter(number - 1), {"complaint"}),
        )
    said["bot"] = call(
        CSAT, reading.csat(quarter(6), {"chat-bot"}), reading.csat(quarter(5), {"chat-bot"})
    )
    return said


PROMISED = {
    **{f"nps {number}": "no call" for number in (2, 3, 4, 6)},
    **{f"csat {number}": "no call" for number in (2, 5)},
    **{f"csat {number}": "down" for number in (3, 4)},
    **{f"complaint {number}": "no call" for number in range(2, 7)},
    "nps 5": "down",
    "csat 6": "up",
    "90 nps": "no call",
    "90 csat": "up",
    "90 basic": "down",
    "90 others": "up",
    "90 business": "no call",
    "30 nps": "no call",
    "30 csat": "no call",
    "bot": "no call",
}
