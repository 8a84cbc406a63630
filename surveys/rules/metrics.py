"""The kinds of headline question: their scales, groups, and the scores each admits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Group = Literal["low", "middle", "high"]

# Not \d: that would also take the digits of other scripts, such as the full-width nine.
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]?")


class Metric(StrEnum):
    NPS = "nps"
    CSAT = "csat"
    CES = "ces"
    FACES = "faces"

    @property
    def family(self) -> "Metric":
        """What a survey asks, however it is drawn: faces are satisfaction, measured apart."""
        return Metric.CSAT if self is Metric.FACES else self

    @property
    def is_drawn(self) -> bool:
        """Whether customers choose among pictures and never see a number."""
        return self is Metric.FACES


# What surveys can ask; how the answers are given belongs to a version.
FAMILIES = tuple(metric for metric in Metric if metric.family is metric)
NAMES: Mapping[Metric, str] = {
    Metric.NPS: "NPS",
    Metric.CSAT: "CSAT",
    Metric.CES: "CES",
    Metric.FACES: "CSAT (faces)",
}


def metric_asked(survey: str, *, has_faces: bool) -> Metric:
    """What answers to a version of the survey are counted as."""
    family = Metric(survey)
    return Metric.FACES if has_faces and family is Metric.CSAT else family


def name_of(metric: str) -> str:
    """How pages call a metric as it is stored."""
    return NAMES[Metric(metric)] if metric else ""


class ScoreRefused(ValueError):
    """The score is no whole number on the metric's scale; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The points of a metric, with the words that stand at them."""

    lowest: int
    highest: int
    low_until: int
    middle_until: int
    labels: Mapping[int, str]

    @property
    def scores(self) -> range:
        return range(self.lowest, self.highest + 1)

    @property
    def is_worded(self) -> bool:
        """Every point has words of its own, not the two ends only."""
        return len(self.labels) == len(self.scores)

    def label(self, score: int) -> str:
        return self.labels.get(score, "")

    def group(self, score: int) -> Group:
        if score <= self.low_until:
            return "low"
        return "middle" if score <= self.middle_until else "high"

    def read(self, raw: object) -> int:
        """The score that `raw` says, as a number or in the plain digits of a form."""
        if isinstance(raw, str) and _WHOLE_NUMBER.fullmatch(raw):
            raw = int(raw)
        # bool is an int in Python: True would pass as the score 1.
        if isinstance(raw, int) and not isinstance(raw, bool) and raw in self.scores:
            return raw
        raise ScoreRefused(
            f"The score must be a whole number from {self.lowest} to {self.highest}."
        )


_SATISFACTION = Scale(
    1,
    5,
    2,
    3,
    {
        1: "Very dissatisfied",
        2: "Dissatisfied",
        3: "Neither",
        4: "Satisfied",
        5: "Very satisfied",
    },
)
SCALES: Mapping[Metric, Scale] = {
    Metric.NPS: Scale(0, 10, 6, 8, {0: "Not at all likely", 10: "Extremely likely"}),
    Metric.CSAT: _SATISFACTION,
    Metric.FACES: _SATISFACTION,
    Metric.CES: Scale(
        1,
        7,
        4,
        4,
        {
            1: "Strongly disagree",
            2: "Disagree",
            3: "Somewhat disagree",
            4: "Neither",
            5: "Somewhat agree",
            6: "Agree",
            7: "Strongly agree",
        },
    ),
}
