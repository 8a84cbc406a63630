"""Figures of the story that must lie between two bounds: scores, volumes, silence, departures."""

from dataclasses import dataclass

from cxapp.demo.story.reading import POOR, Reading, last, of_plans, quarter
from metrics.statistics.definitions import CSAT, NPS
from metrics.statistics.figures import figure
from metrics.statistics.scores import Histogram

BASIC, OTHERS = ("Basic",), ("Plus", "Max", "Business")
NPS_OF_QUARTERS = (39, 38, 40, 36, 16, 12)
CSAT_OF_QUARTERS = (85, 85, 77, 68, 70, 81)
KEPT_AFTER_A_YEAR = {"promoters": 93, "passives": 88, "detractors": 76}


@dataclass(frozen=True)
class Band:
    """A figure and the bounds it must keep."""

    value: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        return self.low <= self.value <= self.high


def bands(reading: Reading) -> dict[str, Band]:
    return {**_quarters(reading), **_plans(reading), **_kept(reading)}


def _about(value: float, promised: float, room: float) -> Band:
    return Band(value, promised - room, promised + room)


def _nps(counts: Histogram) -> float:
    return 100 * float(figure(NPS, counts).value or 0)


def _quarters(reading: Reading) -> dict[str, Band]:
    found = {}
    promised = zip(NPS_OF_QUARTERS, CSAT_OF_QUARTERS, strict=True)
    for number, (nps, csat) in enumerate(promised, 1):
        said, rated = reading.nps(quarter(number)), reading.csat(quarter(number))
        satisfied = 100 * float(figure(CSAT, rated).value or 0)
        found[f"nps of {number}"] = _about(_nps(said), nps, 6)
        found[f"csat of {number}"] = _about(satisfied, csat, 4)
        found[f"answers of {number}"] = Band(said.total(), 620, 850)
        found[f"ratings of {number}"] = Band(rated.total(), 475, 590)
    return found


def _plans(reading: Reading) -> dict[str, Band]:
    """Before and since the price rise."""
    before, since = last(90, skip=90), last(90)
    return {
        "Basic before": _about(_nps(reading.nps(before, of_plans(BASIC))), 14, 9),
        "Basic since": _about(_nps(reading.nps(since, of_plans(BASIC))), -30, 9),
        "others before": _about(_nps(reading.nps(before, of_plans(OTHERS))), 18, 9),
        "others since": _about(_nps(reading.nps(since, of_plans(OTHERS))), 32, 9),
    }


def _kept(reading: Reading) -> dict[str, Band]:
    """Who of those that answered in the first six months was a customer a year later."""
    kept: dict[str, list[bool]] = {name: [] for name in KEPT_AFTER_A_YEAR}
    for each in reading.experience:
        if each.day in (*quarter(1), *quarter(2)):
            left = each.customer.left
            kept[_group(each.score)].append(left is None or left > each.day + 365)
    return {
        f"{name} kept": _about(100 * sum(kept[name]) / len(kept[name]), promised, 5)
        for name, promised in KEPT_AFTER_A_YEAR.items()
    }


def _group(score: int) -> str:
    return "promoters" if score >= 9 else "detractors" if score <= POOR else "passives"
