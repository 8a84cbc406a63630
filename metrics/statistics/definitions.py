"""Metric definitions: how a histogram of raw scores becomes a score, and what is printed of it."""

from dataclasses import dataclass
from enum import StrEnum

from metrics.statistics.scores import CES_SCALE, CSAT_SCALE, NPS_SCALE, Scale


class Kind(StrEnum):
    """What a question measures."""

    NPS = "nps"
    CSAT = "csat"
    CES = "ces"


@dataclass(frozen=True)
class Definition:
    """One version of a metric; changing anything makes the next version.

    `cut` is the lowest score that counts as satisfied (CSAT) or easy (CES); the NPS has
    none. `smallest_change` is the change that begins to matter, `change_to_see` the one
    for which a manager is told how many answers it would take.
    """

    kind: Kind
    scale: Scale
    cut: int | None
    words: str
    version: int = 1
    smallest_change: float = 0.02
    change_to_see: float = 0.10

    def __post_init__(self) -> None:
        if (self.kind is Kind.NPS) != (self.cut is None):
            raise ValueError("The NPS has fixed groups; every other metric has a cut.")
        if self.kind is Kind.NPS and self.scale != NPS_SCALE:
            raise ValueError(f"An NPS is asked from {NPS_SCALE}, not from {self.scale}.")
        if self.cut is not None and not self.scale.low < self.cut <= self.scale.high:
            raise ValueError(f"A cut at {self.cut} does not divide {self.scale}.")

    @property
    def question(self) -> str:
        """The kind and scale by which answers are counted; the cut is applied when reading."""
        return f"{self.kind} {self.scale.low}-{self.scale.high}"

    @property
    def bounds(self) -> tuple[int, int]:
        """The lowest and the highest value a page can print."""
        return (-100, 100) if self.kind is Kind.NPS else (0, 100)


NPS = Definition(
    kind=Kind.NPS,
    scale=NPS_SCALE,
    cut=None,
    words="Promoters (9-10) minus detractors (0-6), of all who answered",
    smallest_change=0.03,
)
CSAT = Definition(
    kind=Kind.CSAT, scale=CSAT_SCALE, cut=4, words="Answers 4 and 5 on a scale from 1 to 5"
)
CES = Definition(
    kind=Kind.CES,
    scale=CES_SCALE,
    cut=5,
    words="Answers 5 to 7 on a scale from 1 to 7; higher means easier",
)
DEFAULTS = {definition.kind: definition for definition in (NPS, CSAT, CES)}
