"""What must hold of the story that the demo shows: verdicts by the product's own statistics."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from cxapp.demo.story.bands import BASIC, OTHERS, bands
from cxapp.demo.story.calendar import DAYS, MONTHS, month_of
from cxapp.demo.story.reading import (
    GOOD,
    POOR,
    Reading,
    Said,
    at_place,
    last,
    of_group,
    of_plans,
    quarter,
)
from cxapp.demo.story.setting import start_of
from metrics.statistics.definitions import CSAT, NPS, Definition
from metrics.statistics.families import Versus, judge_together
from metrics.statistics.figures import needed_n, verdict
from metrics.statistics.gap import Group, opposed, sentence
from metrics.statistics.movement import net_movements
from metrics.statistics.proportions import Share, wilson
from metrics.statistics.verdicts import LEVEL, Call

UP, DOWN, NO_CALL = Call.UP.value, Call.DOWN.value, Call.NO_CALL.value
RECOVERED = "Service has recovered; the relationship has not, and it is plan Basic."
Counts = Mapping[int, int]
PROMISED = {
    **{f"nps {number}": NO_CALL for number in (2, 3, 4, 6)},
    **{f"csat {number}": NO_CALL for number in (2, 5)},
    **{f"csat {number}": DOWN for number in (3, 4)},
    **{f"complaint {number}": NO_CALL for number in range(2, 7)},
    "nps 5": DOWN,
    "csat 6": UP,
    "bot": NO_CALL,
    "months": "",
    "90 nps": NO_CALL,
    "90 csat": UP,
    "90 basic": DOWN,
    "90 others": UP,
    "90 business": NO_CALL,
    "90 sentence": RECOVERED,
    "90 fell": "plan Basic",
    "90 rose": "plan",
    "30 nps": NO_CALL,
    "30 csat": NO_CALL,
    "30 groups": "",
    "30 sentence": "Nothing chance could not explain",
    "after billing-enquiry": DOWN,
    "after shop-visit": NO_CALL,
    "somebody answered": UP,
    "annoyed on Basic": UP,
    "persons": "",
    "Dean": DOWN,
    "Tomasz": NO_CALL,
}


def broken(reading: Reading) -> dict[str, str]:
    """The promises that this story does not keep, each with what it says instead."""
    said = verdicts(reading)
    wrong = {name: said[name] for name, promised in PROMISED.items() if said[name] != promised}
    out = {name: band for name, band in bands(reading).items() if not band.holds}
    return {**wrong, **{name: f"{band.value:.1f}" for name, band in out.items()}}


# --- verdicts -----------------------------------------------------------------------------


def call(definition: Definition, now: Counts, before: Counts) -> str:
    """The verdict's word; steady and nobody to compare count as no call, as in a sentence."""
    said = _heard(definition, now, before)
    return NO_CALL if said is None or said is Call.STEADY else said.value


def verdicts(reading: Reading) -> dict[str, str]:
    """Every verdict that the story promises, by name."""
    return {
        **_quarters(reading),
        "months": _months(reading),
        **_ninety_days(reading),
        **_thirty_days(reading),
        **_drivers(reading),
        "somebody answered": _of_the_followed(reading),
        "annoyed on Basic": _annoyed(reading),
        "persons": _movement(reading),
        **_agents(reading),
    }


def _quarters(reading: Reading) -> dict[str, str]:
    said = {}
    for number in range(2, 7):
        now, before = quarter(number), quarter(number - 1)
        said[f"nps {number}"] = call(NPS, reading.nps(now), reading.nps(before))
        said[f"csat {number}"] = call(CSAT, reading.csat(now), reading.csat(before))
        complained = at_place("complaint")
        said[f"complaint {number}"] = call(
            CSAT, reading.csat(now, complained), reading.csat(before, complained)
        )
    bot = at_place("chat-bot")
    said["bot"] = call(CSAT, reading.csat(quarter(6), bot), reading.csat(quarter(5), bot))
    return said


def _months(reading: Reading) -> str:
    """The months whose relationship score is called against the month before: none."""
    spans = [_month(number) for number in range(1, MONTHS + 1)]
    said = {
        number: call(NPS, reading.nps(now), reading.nps(before))
        for number, (before, now) in enumerate(pairwise(spans), 2)
    }
    return ", ".join(f"{number} {each}" for number, each in said.items() if each != NO_CALL)


def _month(number: int) -> range:
    days = [day for day in range(DAYS) if month_of(day) == number]
    return range(days[0], days[-1] + 1)


def _ninety_days(reading: Reading) -> dict[str, str]:
    now, before = last(90), last(90, skip=90)
    text, changes = sentence_of(reading, 90)
    apart = opposed(changes, {})
    said = {
        "90 nps": call(NPS, reading.nps(now), reading.nps(before)),
        "90 csat": call(CSAT, reading.csat(now), reading.csat(before)),
        "90 sentence": text,
        "90 fell": str(apart.fell) if apart else "",
        "90 rose": apart.rose.key if apart and apart.rose else "",
    }
    for name, plans in (("basic", BASIC), ("others", OTHERS), ("business", ("Business",))):
        among = of_plans(plans)
        said[f"90 {name}"] = call(NPS, reading.nps(now, among), reading.nps(before, among))
    return said


def _thirty_days(reading: Reading) -> dict[str, str]:
    now, before = last(30), last(30, skip=30)
    text, changes = sentence_of(reading, 30)
    return {
        "30 nps": call(NPS, reading.nps(now), reading.nps(before)),
        "30 csat": call(CSAT, reading.csat(now), reading.csat(before)),
        "30 sentence": text.partition(";")[0],
        "30 groups": ", ".join(str(group) for group, said in changes.items() if said in (UP, DOWN)),
    }


def sentence_of(reading: Reading, days: int) -> tuple[str, dict[Group, Call]]:
    """The overview's sentence on so many days up to the end, and what it says of each segment."""
    spans = [last(days, skip=days * number) for number in range(6)]
    service = [_heard(CSAT, reading.csat(a), reading.csat(b)) for a, b in pairwise(spans)]
    experience = _heard(NPS, reading.nps(spans[0]), reading.nps(spans[1]))
    changes = _segments(reading, spans[0], spans[1])
    text = sentence(
        service[0] or Call.NO_CALL,
        experience or Call.NO_CALL,
        earlier=service[1:],
        fallen=[group for group, said in changes.items() if said is Call.DOWN],
        needed=needed_n(NPS, reading.nps(spans[0])),
    )
    return text, changes


def _heard(definition: Definition, now: Counts, before: Counts) -> Call | None:
    said = verdict(definition, now, before)
    return said.call if said else None


def _segments(reading: Reading, now: range, before: range) -> dict[Group, Call]:
    """Both metrics of all segments are one family; what it says of the relationship."""
    family = {}
    for group in reading.groups():
        for definition, read in ((CSAT, reading.csat), (NPS, reading.nps)):
            here, there = read(now, of_group(group)), read(before, of_group(group))
            family[definition, group] = Versus(definition, here, there)
    judged = judge_together(family)
    return {group: said.verdict.call for (what, group), said in judged.items() if what is NPS}


def _drivers(reading: Reading) -> dict[str, str]:
    """Of the same customers: what a poor contact in the half year before goes with."""
    places = ("billing-enquiry", "shop-visit")
    return {f"after {place}": call(NPS, *_after(reading, place)) for place in places}


def _after(reading: Reading, place: str) -> tuple[Counter[int], Counter[int]]:
    """Relationship scores of those who had rated this place poor, and of those who had not."""
    poor, good = Counter[int](), Counter[int]()
    for each, rated in reading.rated_before(at_place(place)):
        (poor if rated[-1].score < GOOD else good)[each.score] += 1
    return poor, good


def _of_the_followed(reading: Reading) -> str:
    """The next score of those who were answered, against others who had scored as low."""
    pairs = list(reading.followed())
    answered = Counter(now.score for was, now in pairs if was.case)
    left_alone = Counter(now.score for was, now in pairs if not was.case)
    return call(NPS, answered, left_alone)


def _annoyed(reading: Reading) -> str:
    """Whether low answers on Basic tick "annoyed" more often since the price rise.

    Of low answers only: more of them came, and each may be annoyed, whatever the rise did.
    """
    rise = start_of(16)
    ticked = [
        Counter(
            GOOD if "annoyed" in each.feelings else 1
            for each in reading.experience
            if each.finished and each.customer.plan == "Basic" and each.score <= POOR
            if (each.day >= rise) == is_since
        )
        for is_since in (True, False)
    ]
    return call(CSAT, *ticked)


def _movement(reading: Reading) -> str:
    """Whether any quadrant won or lost persons beyond chance; it must not."""
    was, now = reading.stands(last(90, skip=90)), reading.stands(last(90))
    moves = Counter((was[key], now[key]) for key in was.keys() & now.keys())
    found = net_movements(moves)
    return ", ".join("-".join(cell) for cell, each in found.items() if each.p < LEVEL)


def _agents(reading: Reading) -> dict[str, str]:
    """Dean is below his desk beyond chance; Tomasz is not, once who wrote to him is the same."""
    desk = [each for each in reading.service if each.known.get("team") == "In-house phone"]
    billing = [each for each in reading.service if each.known.get("team") == "Billing"]
    return {"Dean": _against_others(desk, "Dean"), "Tomasz": _against_expected(billing, "Tomasz")}


def _against_others(desk: Sequence[Said], agent: str) -> str:
    own = Counter(each.score for each in desk if each.known["agent"] == agent)
    return call(CSAT, own, Counter(each.score for each in desk) - own)


def _against_expected(desk: Sequence[Said], agent: str) -> str:
    """The agent's answers beside the colleagues', weighted to the same reasons for contact."""
    own = [each for each in desk if each.known["agent"] == agent]
    desk = [each for each in desk if each.day >= own[0].day]
    reasons = Counter(each.known["reason"] for each in own)
    expected = 0.0
    for reason, count in reasons.items():
        others = [e for e in desk if e.known["agent"] != agent and e.known["reason"] == reason]
        expected += count * sum(each.score >= GOOD for each in others) / len(others)
    observed = Share(sum(each.score >= GOOD for each in own), len(own))
    interval = wilson(observed)
    assert interval is not None
    if interval.holds(expected / len(own)):
        return NO_CALL
    return UP if interval.low > expected / len(own) else DOWN
