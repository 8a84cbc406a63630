"""Metric definitions: how a histogram of raw scores becomes a score, and what is printed of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from metrics.statistics.scores import CES_SCALE, CSAT_SCALE, NPS_SCALE, Scale


class Kind(StrEnum):
    """What a question measures."""

    NPS = "nps"
    CSAT = "csat"
    FACES = "faces"  # satisfaction, answered by faces: never counted with numbers and words
    CES = "ces"


class NullPolicy(StrEnum):
    """What a skipped question does to a score."""

    LEFT_OUT = "left_out"


class DedupeRule(StrEnum):
    """Which answers of one customer count."""

    LATEST_IF_RELATIONAL = "latest_if_relational"


class RoundingRule(StrEnum):
    """How a score becomes the whole number that is printed."""

    HALF_AWAY = "half_away"


IN_WORDS = {
    NullPolicy.LEFT_OUT: "skipped questions are left out; no answers is no data, never 0",
    DedupeRule.LATEST_IF_RELATIONAL: "relationship surveys count each customer's latest answer "
    "in the period, surveys after a contact every answer",
    RoundingRule.HALF_AWAY: "once, when shown, from the exact fraction; halves away from zero",
}


@dataclass(frozen=True)
class Definition:
    """One version of a metric; changing anything makes the next version.

    `cut` is the lowest score that counts as satisfied (CSAT) or easy (CES); the NPS has
    none. `smallest_change` is the change that begins to matter, `change_to_see` the one
    for which a manager is told how many answers it would take. `window_days` is the period
    a reader gets who names none. `since_on` is the day from which a later version holds and
    `reason` what changed; version 1 has neither.
    """

    kind: Kind
    scale: Scale
    cut: int | None
    words: str
    version: int = 1
    smallest_change: float = 0.02
    change_to_see: float = 0.10
    window_days: int = 90
    null_policy: NullPolicy = NullPolicy.LEFT_OUT
    dedupe: DedupeRule = DedupeRule.LATEST_IF_RELATIONAL
    rounding: RoundingRule = RoundingRule.HALF_AWAY
    since_on: date | None = None
    reason: str = ""

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
    def name(self) -> str:
        """The version as an address and the API write it: csat@2."""
        return f"{self.kind}@{self.version}"

    def with_cut(self, cut: int | None) -> "Definition":
        """The same with another cut, and the words that say so."""
        return replace(self, cut=cut, words=words_of(self.kind, self.scale, cut))

    @property
    def bounds(self) -> tuple[int, int]:
        """The lowest and the highest value a page can print."""
        return (-100, 100) if self.kind is Kind.NPS else (0, 100)


def words_of(kind: Kind, scale: Scale, cut: int | None) -> str:
    """Which answers make the score, as a sentence without its full stop."""
    if cut is None:
        return "Promoters (9-10) minus detractors (0-6), of all who answered"
    more = {Kind.CES: "; higher means easier", Kind.FACES: ", chosen among five faces"}
    return f"{_answers(cut, scale.high)} on a scale from {scale}{more.get(kind, '')}"


def _answers(low: int, high: int) -> str:
    if low == high:
        return f"Answer {high}"
    return f"Answers {low} and {high}" if high - low == 1 else f"Answers {low} to {high}"


def _first(kind: Kind, scale: Scale, cut: int | None, smallest_change: float = 0.02) -> Definition:
    words = words_of(kind, scale, cut)
    return Definition(kind, scale, cut, words, smallest_change=smallest_change)


NPS = _first(Kind.NPS, NPS_SCALE, None, smallest_change=0.03)
CSAT = _first(Kind.CSAT, CSAT_SCALE, 4)
FACES = _first(Kind.FACES, CSAT_SCALE, 4)
CES = _first(Kind.CES, CES_SCALE, 5)
DEFAULTS = {definition.kind: definition for definition in (NPS, CSAT, FACES, CES)}


class UnknownVersion(LookupError):
    """No such version of this metric was ever made; the message is for a person."""


@dataclass(frozen=True)
class Definitions:
    """Every version of each metric, oldest first, and which of them figures are counted by.

    Answers are stored as raw scores, so any version scores the whole past. Figures use the
    newest of each kind unless `chosen` says that an older one is looked at.
    """

    stored: Mapping[Kind, tuple[Definition, ...]] = field(default_factory=dict)
    chosen: Mapping[Kind, Definition] = field(default_factory=dict)
    # Whether any survey ever asked with faces: pages of all others need not look for them.
    uses_faces: bool = False

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What pages count, each by itself."""
        return tuple(kind for kind in Kind if self.uses_faces or kind is not Kind.FACES)

    @property
    def after_contact(self) -> tuple[Definition, ...]:
        """What is counted right after a contact, satisfaction first."""
        order = (Kind.CSAT, Kind.FACES, Kind.CES, Kind.NPS)
        return tuple(self.of(kind) for kind in order if kind in self.kinds)

    def history(self, kind: Kind) -> tuple[Definition, ...]:
        """Every version, oldest first; where none is stored the product's own is the first."""
        return self.stored.get(kind) or (DEFAULTS[kind],)

    def newest(self, kind: Kind) -> Definition:
        return self.history(kind)[-1]

    def of(self, kind: Kind) -> Definition:
        """The definition that figures are to be counted by."""
        return self.chosen.get(kind) or self.newest(kind)

    def version(self, kind: Kind, number: int) -> Definition:
        found = next((one for one in self.history(kind) if one.version == number), None)
        if found is None:
            last = self.newest(kind).version
            raise UnknownVersion(f"{kind.upper()} has versions 1 to {last}, there is no {number}.")
        return found

    def looking_at(self, kind: Kind, number: int) -> "Definitions":
        """The same, with figures of this kind counted by another version."""
        return replace(self, chosen={**self.chosen, kind: self.version(kind, number)})

    @property
    def window_days(self) -> int:
        """The days of a page with several metrics that names none: the longest of theirs."""
        return max(self.of(kind).window_days for kind in Kind)

    @property
    def nps(self) -> Definition:
        return self.of(Kind.NPS)

    @property
    def csat(self) -> Definition:
        return self.of(Kind.CSAT)

    @property
    def faces(self) -> Definition:
        return self.of(Kind.FACES)

    @property
    def ces(self) -> Definition:
        return self.of(Kind.CES)
