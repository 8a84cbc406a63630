"""Satisfaction answered by faces: it stands beside a Service figure, named, never added to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.periods import Period
from metrics.queries.filters import Slice, service_by_faces
from metrics.queries.overlaps import NOTHING_STORED
from metrics.queries.scores import Score, score_of
from metrics.statistics.definitions import Definitions
from reports.rules.words import NAMES, count_text, interval_text, score_text, size_text

SERVICE = {
    "metric": "csat",
    "standing": "counted",
    "programme_kind": "transactional",
    "touchpoint_kind": "service",
}
EXPERIENCE = {
    "metric": "nps",
    "standing": "counted",
    "programme_kind": "relational",
    "latest": "on",
}
BY_FACES = {**SERVICE, "metric": "faces"}


@dataclass(frozen=True, kw_only=True)
class Aside:
    """One figure in a line of its own; texts are ready to print."""

    name: str
    score: str
    interval: str
    size_text: str
    n: int
    n_text: str
    answers: Mapping[str, str]
    left_out: Mapping[str, int]


def service_asides(
    part: Slice, definitions: Definitions, period: Period, *, today: date
) -> Sequence[Aside]:
    """Read what stands beside the Service figure; no statement where faces were never used."""
    by_faces = service_by_faces(part.organisation_id, definitions)
    # No verdict stands here, so what two periods share is not looked up.
    scores = [
        score_of(one.within(part), period, today=today, overlaps=NOTHING_STORED) for one in by_faces
    ]
    return [_aside(score) for score in scores]


def _aside(score: Score) -> Aside:
    shown = score.figure
    return Aside(
        name=f"{NAMES[shown.definition.kind]} at service touchpoints",
        score=score_text(shown),
        interval=interval_text(shown),
        size_text=size_text(shown),
        n=shown.n,
        n_text=count_text(shown.n),
        answers=BY_FACES,
        left_out=score.left_out,
    )
