"""A figure as a small tile: score, interval, verdict, shade and the shape of its trend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.queries.scores import Line, Point
from metrics.statistics.figures import Figure
from metrics.statistics.tiers import Tier
from metrics.statistics.verdicts import Verdict
from reports.charts.theme import Spec
from reports.charts.trends import sparkline
from reports.queries.sides import Sides, sides_of
from reports.queries.trends import drawn, frame_of, has_shape, joined
from reports.rules.heat import called, heat, worst
from reports.rules.words import (
    NAMES,
    Said,
    interval_text,
    said,
    score_text,
    size_text,
    value_text,
)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One metric of one thing (a touchpoint, a stage, a team); texts are ready to print."""

    name: str
    figure: Figure
    said: Said | None
    sides: Sides
    is_worst: bool
    heat: str
    target: str
    points: Sequence[Point]
    answers: Mapping[str, str]
    left_out: Mapping[str, int]

    @property
    def n(self) -> int:
        return self.figure.n

    @property
    def metric(self) -> str:
        return NAMES[self.figure.definition.kind]

    @property
    def kind(self) -> str:
        return self.figure.definition.kind.value

    @property
    def score(self) -> str:
        return score_text(self.figure)

    @property
    def interval(self) -> str:
        """Below five answers an interval says nothing but "anything"."""
        return interval_text(self.figure) if self.figure.tier >= Tier.DISTRIBUTION else ""

    @property
    def size_text(self) -> str:
        return size_text(self.figure)

    @property
    def spark(self) -> Spec | None:
        """The picture, made where somebody draws it; a handful of answers draws chance."""
        if not self.figure.tier.shows_headline:
            return None
        is_latest = "latest" in self.answers
        return spark_of(f"{self.name}, {self.metric}", self.points, is_latest=is_latest)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a cell is made of, before all of them are judged together."""

    name: str
    line: Line
    answers: Mapping[str, str]
    yardstick: Fraction | None = None
    target: int | None = None


def cells_of(wanted: Sequence[Wanted]) -> list[Cell]:
    """Judge all changes together, so that the luckiest of many is not called a change."""
    verdicts = [_judged(one.line) for one in wanted]
    sure = called(verdicts)
    lowest = worst(verdicts, sure)
    return [
        _cell(one, verdict, is_sure=is_sure, is_worst=place == lowest)
        for place, (one, verdict, is_sure) in enumerate(zip(wanted, verdicts, sure, strict=True))
    ]


def _judged(line: Line) -> Verdict | None:
    """Judge only where the score itself and both sides of its change may stand as headlines."""
    sides = (line.score.figure, line.score.compared, line.score.before)
    return line.score.verdict if all(one.tier.shows_headline for one in sides) else None


def _cell(one: Wanted, verdict: Verdict | None, *, is_sure: bool, is_worst: bool) -> Cell:
    shown = one.line.score.figure
    definition = shown.definition
    yardstick = one.yardstick if one.target is None else Fraction(one.target, 100)
    return Cell(
        name=one.name,
        figure=shown,
        said=None if verdict is None else said(verdict, definition, is_sure=is_sure),
        sides=sides_of(one.line.score),
        is_worst=is_worst,
        heat=heat(shown, yardstick),
        target="" if one.target is None else value_text(definition, one.target),
        points=one.line.points,
        answers=one.answers,
        left_out=one.line.score.left_out,
    )


def spark_of(name: str, points: Sequence[Point], *, is_latest: bool = False) -> Spec | None:
    """Draw the shape of a trend as small as a word; one point has no shape.

    `is_latest`: of each customer only the latest answer counts.
    """
    whole = points if is_latest else joined(points, tolerated=0)[0]
    if not has_shape(whole):
        return None
    frame = frame_of(whole, width=144, height=36)
    return sparkline(drawn(whole), frame=frame, description=f"{name}: shape over time")
