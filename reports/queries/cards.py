"""One metric as a card: score, interval, verdict in words, trend, spread and its table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.periods import Period
from metrics.queries.filters import Filter
from metrics.queries.overlaps import Overlaps
from metrics.queries.scores import Point, Score, line_of
from metrics.rules.windows import Against, Step
from metrics.statistics.figures import Figure
from reports.charts.bars import Part, spread
from reports.charts.theme import Spec
from reports.queries.beside import (
    NOTHING_BESIDE,
    Beside,
    Held,
    MarkLine,
    held_of,
    mark_lines,
    needs_list,
)
from reports.queries.sides import Lead, Sides, shared_lead, sides_of
from reports.queries.trends import Table, has_shape, joined, step_for, trend_spec, trend_table
from reports.rules.overlap_words import every_text, latest_text, worth_text
from reports.rules.words import (
    GROUPS,
    NAMES,
    Explained,
    Said,
    explained,
    interval_text,
    mean_text,
    said,
    score_text,
    size_text,
)


@dataclass(frozen=True, kw_only=True)
class Card:
    """A metric with everything that must stand beside it; texts are ready to print."""

    key: str
    title: str
    metric: str
    figure: Figure
    score: str
    interval: str
    size_text: str
    worth_text: str
    said: Said | None
    sides: Sides
    as_of: date
    explained: Explained
    parts: Sequence[Part]
    shares: Sequence[str]
    trend: Spec | None
    trend_width: str  # how much a point holds, where that is not a day or a week
    marks: Sequence[MarkLine]
    marks_are_numbered: bool
    held: Sequence[Held]
    spread: Spec | None
    table: Table | None
    answers: Mapping[str, str]
    left_out: Mapping[str, int]
    in_both: Lead | None  # who answered in both periods of the verdict, where that is told

    @property
    def n(self) -> int:
        return self.figure.n

    @property
    def mean_text(self) -> str:
        return mean_text(self.figure)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which card is wanted: of which answers, called what, and how its answers are found."""

    key: str
    title: str
    chosen: Filter
    answers: Mapping[str, str]
    width: int = 560  # of its pictures, in pixels
    step: Step | None = None  # of its trend; None: by weeks, of short periods by days
    beside: Beside = NOTHING_BESIDE


def card(
    asked: Asked,
    period: Period,
    *,
    today: date,
    against: Period | Against | None = None,
    overlaps: Overlaps | None = None,
) -> Card:
    """Read one card; one statement, two where overlaps are looked up."""
    line = line_of(
        asked.chosen,
        period,
        today=today,
        step=asked.step or step_for(period),
        against=against,
        overlaps=overlaps,
    )
    return _card(asked, line.score, line.points if line.score.figure.n else [])


def _unit(asked: Asked, score: Score) -> str:
    if asked.chosen.is_relational:
        return latest_text(score.overlap)
    return every_text(score.figure, score.overlap)


def _in_both(asked: Asked, score: Score) -> Lead | None:
    if score.overlap is None or not asked.chosen.is_relational:
        return None
    return shared_lead(score.overlap, score.comparison, asked.answers)


def _card(asked: Asked, score: Score, read: Sequence[Point]) -> Card:
    is_summed = not (asked.chosen.is_relational or asked.step is Step.MONTH_MOVING)
    points, by = joined(read) if is_summed else (read, 1)
    # A picture of faint dots alone would tell of chance.
    is_drawn = score.figure.tier.shows_headline or has_shape(points)
    shown, definition = score.figure, asked.chosen.definition
    name = NAMES[definition.kind]
    parts = parts_of(shown)
    return Card(
        key=asked.key,
        title=asked.title,
        metric=name,
        figure=shown,
        score=score_text(shown),
        interval=interval_text(shown),
        size_text=size_text(shown),
        worth_text=worth_text(shown),
        said=_said(score),
        sides=sides_of(score),
        as_of=score.comparison.as_of,
        explained=explained(definition, name=f"{asked.title}: {name}", unit=_unit(asked, score)),
        parts=parts,
        shares=[f"{share} %" for share in shown.labels],
        trend=_trend(asked, points) if is_drawn else None,
        trend_width=f"{by} {step_for(score.period)}s" if by > 1 else "",
        marks=mark_lines(asked.beside),
        marks_are_numbered=needs_list(asked.beside, points, asked.width),
        held=held_of(asked.beside, score.compared),
        spread=_spread(parts, width=asked.width) if shown.n else None,
        table=trend_table(asked.title, points, asked.beside) if shown.n else None,
        answers=asked.answers,
        left_out=score.left_out,
        in_both=_in_both(asked, score),
    )


def _said(score: Score) -> Said | None:
    verdict = score.judged
    return None if verdict is None else said(verdict, score.figure.definition)


def parts_of(shown: Figure) -> list[Part]:
    """Name the groups of a figure with their counts and tones."""
    named = GROUPS[shown.definition.kind]
    return [
        Part(name=name, count=count, tone=tone)
        for (name, tone), count in zip(named, shown.groups, strict=True)
    ]


def _trend(asked: Asked, points: Sequence[Point]) -> Spec | None:
    if len(points) < 2:
        return None
    return trend_spec(asked.title, points, width=asked.width, beside=asked.beside)


def _spread(parts: Sequence[Part], *, width: int) -> Spec:
    words = ", ".join(f"{part.name} {part.count}" for part in parts)
    return spread(parts, description=words, width=width)
