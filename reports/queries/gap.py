"""The gap as the card and the page print it: sentence, tests, both metrics of each segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.periods import Period
from metrics.queries.filters import Filter
from metrics.queries.gaps import Gap, Judged, Segment, Whole, gap_of
from metrics.queries.overlaps import NOTHING_STORED, Overlaps
from metrics.rules.segments import written
from metrics.rules.windows import Against
from metrics.statistics.figures import Figure
from metrics.statistics.gap import Group
from metrics.statistics.tiers import Tier
from reports.charts.theme import Spec
from reports.queries.asides import EXPERIENCE, SERVICE
from reports.queries.gap_evidence import Proof, evidence_of, notes_of
from reports.queries.gap_picture import picture_of
from reports.queries.sides import Sides, Told, sides_between
from reports.rules.gap_words import (
    OPPOSED,
    apart_said,
    change_said,
    opposed_text,
    span_text,
)
from reports.rules.words import Said, count_text, interval_text, said, score_text, size_text

ENOUGH = int(Tier.SMALL_SAMPLE)


@dataclass(frozen=True, kw_only=True)
class Metric:
    """Everybody's service or experience: figure, verdict in words, where its answers are."""

    name: str
    unit: str
    figure: Figure
    score: str
    interval: str
    size_text: str
    said: Said | None
    sides: Sides
    answers: Mapping[str, str]
    left_out: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One metric of one segment: figure, both verdicts, where its answers are."""

    score: str
    interval: str
    size_text: str
    n: int
    span: str
    change: Said
    apart: Said
    sides: Sides
    n_rest: int
    answers: Mapping[str, str]
    segment: str
    left_out: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One segment of the table."""

    group: Group
    service: Cell
    experience: Cell


@dataclass(frozen=True, kw_only=True)
class GapCard:
    """The sentence with its figures; `sentence` is None where too few answered."""

    sentence: str | None
    missing: str
    follows: str
    opposed: str
    as_of: date
    service: Metric
    experience: Metric
    picture: Spec | None


@dataclass(frozen=True, kw_only=True)
class GapPage:
    """The first level of the gap page: the card's words with what allows them, the segments."""

    card: GapCard
    evidence: Sequence[Proof]
    notes: Sequence[Told]
    rows: Sequence[Row]
    compared: Period
    before: Period


def gap_card(
    service: Filter,
    experience: Filter,
    period: Period,
    *,
    today: date,
    against: Period | Against | None = None,
    overlaps: Overlaps = NOTHING_STORED,
) -> GapCard:
    """Read what the overview's third card says; four statements."""
    gap = gap_of(service, experience, period, today=today, against=against, overlaps=overlaps)
    return _card(gap, picture_of(gap, width=352, height=208))


def gap_page(
    service: Filter,
    experience: Filter,
    period: Period,
    *,
    today: date,
    against: Period | Against | None = None,
    overlaps: Overlaps = NOTHING_STORED,
) -> GapPage:
    """Read the page; four statements, however many segments there are."""
    gap = gap_of(service, experience, period, today=today, against=against, overlaps=overlaps)
    return GapPage(
        card=_card(gap, picture_of(gap)),
        evidence=list(evidence_of(gap)),
        notes=list(notes_of(gap)),
        rows=[_row(gap, segment) for segment in gap.segments if _has_answers(segment)],
        compared=gap.comparison.now,
        before=gap.comparison.before,
    )


def _card(gap: Gap, picture: Spec | None) -> GapCard:
    return GapCard(
        sentence=gap.sentence,
        missing=_missing(gap),
        follows=_follows(gap),
        opposed="" if gap.opposed is None else opposed_text(gap.opposed),
        as_of=gap.comparison.as_of,
        picture=picture,
        service=_metric(gap, gap.service, "Service", "CSAT at service touchpoints", SERVICE),
        experience=_metric(
            gap, gap.experience, "Experience", "NPS of the relationship", EXPERIENCE
        ),
    )


def _metric(gap: Gap, whole: Whole, name: str, unit: str, answers: Mapping[str, str]) -> Metric:
    shown = whole.side.figure
    words = None if whole.verdict is None else said(whole.verdict, shown.definition)
    is_open = whole.verdict is not None and not whole.verdict.is_called
    if whole is gap.experience and gap.opposed and is_open:
        words = OPPOSED
    return Metric(
        name=name,
        unit=unit,
        figure=shown,
        score=score_text(shown),
        interval=interval_text(shown),
        size_text=size_text(shown),
        said=words,
        sides=sides_between(whole.side.now, whole.side.before, gap.comparison),
        answers=answers,
        left_out=whole.side.left_out,
    )


def _missing(gap: Gap) -> str:
    """Say what it would take to say something, or nothing where a sentence stands."""
    if gap.sentence is not None:
        return ""
    sides = (("service", gap.service.side), ("experience", gap.experience.side))
    has = "; ".join(
        f"{name} has {count_text(side.now.n)} and {count_text(side.before.n)}"
        for name, side in sides
    )
    return (
        f"Too few answers to say anything of both: {has} in the two periods. "
        f"A sentence needs {ENOUGH} of each in both."
    )


def _follows(gap: Gap) -> str:
    """Add to the sentence from what to what the experience of the fallen segment went."""
    fallen = [one for one in gap.segments if one.group in gap.fallen]
    if len(fallen) != 1 or not gap.sentence or str(fallen[0].group) not in gap.sentence:
        return ""
    side = fallen[0].experience.side
    return f"Experience of {fallen[0].group}: {span_text(side.before, side.now)}"


def _has_answers(segment: Segment) -> bool:
    sides = (segment.service.side, segment.experience.side)
    return any(figure.n for side in sides for figure in (side.figure, side.now, side.before))


def _row(gap: Gap, segment: Segment) -> Row:
    return Row(
        group=segment.group,
        service=_cell(gap, segment.service, SERVICE, segment.group),
        experience=_cell(gap, segment.experience, EXPERIENCE, segment.group),
    )


def _cell(gap: Gap, judged: Judged, answers: Mapping[str, str], group: Group) -> Cell:
    side = judged.side
    return Cell(
        score=score_text(side.figure),
        interval=interval_text(side.figure),
        size_text=size_text(side.figure),
        n=side.figure.n,
        span=span_text(side.before, side.now),
        change=change_said(judged.change, side.now, side.before),
        apart=apart_said(judged.apart, side.now, judged.rest),
        sides=sides_between(side.now, side.before, gap.comparison),
        n_rest=judged.rest.n,
        answers=answers,
        segment=written(group.key, group.value),
        left_out=side.left_out,
    )
