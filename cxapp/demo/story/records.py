"""The rows of the story, as plain frozen records; times are seconds since its first Monday."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Company:
    key: str
    name: str
    domain: str
    scans_links: bool


@dataclass(frozen=True, slots=True)
class Customer:
    """One person. `joined` and `left` are story days; a day before the story is negative."""

    key: str
    name: str
    email: str
    language: str
    plan: str
    region: str
    company: str | None
    joined: int
    left: int | None
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Touchpoint:
    key: str
    name: str
    stage: str
    kind: str
    metric: str
    owner_team: str
    topic: str
    deed: str


@dataclass(frozen=True, slots=True)
class Programme:
    key: str
    name: str
    kind: str
    metric: str
    touchpoints: tuple[str, ...]
    rest_days: int


@dataclass(frozen=True, slots=True)
class Interaction:
    key: str
    customer: str
    touchpoint: str
    at: int
    recorded_at: int
    context: Mapping[str, str]
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """One POST of the survey form, or what a link scanner sent in its place."""

    at: int
    score: int
    verdict: str
    rule: str


@dataclass(frozen=True, slots=True)
class Answer:
    revisions: tuple[Revision, ...]
    finished: bool
    comment: str
    standing: str = "counted"
    reason: str = ""
    feelings: tuple[str, ...] = ()

    @property
    def shown(self) -> Revision:
        """The latest human revision, else the latest suspect."""
        human = [each for each in self.revisions if each.verdict == "human"]
        return (human or self.revisions)[-1]


@dataclass(frozen=True, slots=True)
class Case:
    """A bad answer that somebody looked after; what is still open when the story ends is None."""

    owner: str
    opened_at: int
    replied_at: int | None
    closed_at: int | None
    reply: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One decision: asked, or the rule that said no and the day from which it would say yes."""

    key: str
    programme: str
    customer: str
    occasion: str
    interaction: str | None
    at: int
    rule: str
    facts: Mapping[str, int]
    again_on: int | None = None
    handed_over_at: int | None = None
    bounced_at: int | None = None
    opted_out_at: int | None = None
    answer: Answer | None = None
    case: Case | None = None

    @property
    def is_asked(self) -> bool:
        return self.rule == "asked"


@dataclass(frozen=True, slots=True)
class Annotation:
    day: int
    name: str


@dataclass(frozen=True, slots=True)
class Story:
    """All that happened, each list in the order in which it happened."""

    companies: tuple[Company, ...]
    customers: tuple[Customer, ...]
    touchpoints: tuple[Touchpoint, ...]
    programmes: tuple[Programme, ...]
    interactions: tuple[Interaction, ...]
    asks: tuple[Ask, ...]
    annotations: tuple[Annotation, ...]
