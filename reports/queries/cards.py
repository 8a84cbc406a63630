"""One metric as a card: score, interval, verdict in words, trend, spread and its table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.periods import Period
from metrics.queries.filters import Filter
from metrics.queries.overlaps import Overlaps
from metrics.queries.scores import Point, Score, line_of
from metrics.rules.windows import Against, Step
from metrics.statistics.definitions import Kind
from metrics.statistics.figures import Figure
from reports.charts import trends
from reports.charts.bars import Part, spread
from reports.charts.theme import Spec
from reports.queries.beside import (
    Beside,
    Held,
    MarkLine,
    held_of,
    levels_of,
    mark_lines,
    marked,
    needs_list,
    notes_of,
)
from reports.queries.sides import Lead, Sides, days_of, shared_lead, sides_of
from reports.rules.overlap_words import every_text, latest_text, worth_text
from reports.rules.words import (
    GROUPS,
    NAMES,
    Explained,
    Said,
    count_text,
    explained,
    interval_text,
    said,
    score_text,
    size_text,
    value_text,
)

NOTHING_BESIDE = Beside()


@dataclass(frozen=True, kw_only=True)
class Table:
    """The figures behind a picture; `keys` name what each row counts: its days, or its score."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    keys: Sequence[Mapping[str, str]] = ()


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


def step_for(period: Period) -> Step:
    """Weeks where they hold a few answers each; days for short periods."""
    return Step.DAY if period.days <= 14 else Step.WEEK


def spelled(definition_kind: Kind) -> str:
    return NAMES[definition_kind]


def _card(asked: Asked, score: Score, points: Sequence[Point]) -> Card:
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
        trend=_trend(asked, points),
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


def trend_spec(
    title: str,
    points: Sequence[Point],
    *,
    width: int = 560,
    height: int = 184,
    beside: Beside = NOTHING_BESIDE,
) -> Spec:
    """Draw the figures of a trend with their bands, what happened and what they are held to."""
    return trends.trend(
        drawn(points),
        frame=frame_of(points, width=width, height=height),
        description=_trend_words(title, points),
        notes=notes_of(beside),
        levels=levels_of(beside, points[0].figure.definition),
    )


def frame_of(points: Sequence[Point], *, width: int, height: int) -> trends.Frame:
    """Give the limits and the unit that the metric of these points has."""
    is_nps = points[0].figure.definition.kind is Kind.NPS
    return trends.Frame(
        width=width,
        height=height,
        limits=trends.NPS_RANGE if is_nps else trends.SHARE_RANGE,
        unit="" if is_nps else " %",
        signed=is_nps,
    )


def drawn(points: Sequence[Point]) -> list[trends.Point]:
    """Turn figures into what a chart draws, in points from -100 or 0 to 100."""
    return [_drawn(point) for point in points]


def _drawn(point: Point) -> trends.Point:
    shown = point.figure
    if shown.value is None or shown.interval is None:
        return trends.Point(on=point.on, score=None, low=None, high=None, n=0)
    return trends.Point(
        on=point.on,
        score=round(float(shown.value) * 100, 2),
        low=round(shown.interval.low * 100, 2),
        high=round(shown.interval.high * 100, 2),
        n=shown.n,
    )


def trend_table(title: str, points: Sequence[Point], beside: Beside = NOTHING_BESIDE) -> Table:
    """Write the figures of a trend, one line for each point, with what happened in its days."""
    happened = marked(beside, points)
    is_marked = any(happened)
    days = "30 days to" if points[0].is_moving else "From"
    return Table(
        caption=f"{title} over time",
        heads=(days, "Score", "95 % interval", "n", *(["What happened"] if is_marked else [])),
        rows=[
            (
                f"{point.on:%-d %b %Y}",
                _point_text(point.figure),
                interval_text(point.figure) or "\u2013",
                count_text(point.figure.n),
                *([told] if is_marked else []),
            )
            for point, told in zip(points, happened, strict=True)
        ],
        keys=[days_of(Period(point.first, point.last)) for point in points],
    )


def _point_text(shown: Figure) -> str:
    return "no data" if shown.shown is None else value_text(shown.definition, shown.shown)


def _trend_words(title: str, points: Sequence[Point]) -> str:
    known = [point for point in points if point.figure.shown is not None]
    if not known:
        return f"{title}: no answers"
    is_moving = known[0].is_moving
    when = "in the 30 days to" if is_moving else "from"
    ends = [f"{_point_text(point.figure)} {when} {point.on:%-d %B %Y}" for point in known]
    return f"{title} over time with its 95 % band: {ends[0]}, {ends[-1]}"


def _spread(parts: Sequence[Part], *, width: int) -> Spec:
    words = ", ".join(f"{part.name} {part.count}" for part in parts)
    return spread(parts, description=words, width=width)
