"""The journey: every touchpoint with score, trend and verdict, and its stages pooled."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from kit.periods import Period
from metrics.queries.filters import Filter
from metrics.queries.scores import Line, Point, Score, lines_by
from metrics.rules.dimensions import TOUCHPOINT
from metrics.rules.windows import Against
from metrics.statistics.definitions import Definition, Definitions, Kind
from metrics.statistics.figures import Figure, figure, verdict
from metrics.statistics.pooling import pooled
from reports.queries.cells import Cell, Wanted, cells_of
from reports.queries.trends import Table, step_for
from reports.rules.words import NAMES, count_text, value_text
from surveys.models import Stage, Touchpoint
from surveys.queries.touchpoints import touchpoints

ANSWERS = {"standing": "counted", "programme_kind": "transactional"}
Lines = Mapping[Definition, Mapping[int, Line]]


@dataclass(frozen=True, kw_only=True)
class Place:
    """One touchpoint with a cell for each metric that was asked there."""

    touchpoint: Touchpoint
    cells: Sequence[Cell]


@dataclass(frozen=True, kw_only=True)
class StageMap:
    """One stage: all of it together, and its touchpoints told apart by what they are."""

    stage: Stage
    cells: Sequence[Cell]
    service: Sequence[Place]
    experience: Sequence[Place]


@dataclass(frozen=True, kw_only=True)
class JourneyMap:
    """All stages in order, and what one must know to read their shades."""

    stages: Sequence[StageMap]
    yardsticks: Sequence[str]
    as_of: date | None

    @property
    def table(self) -> Table:
        return _table(self.stages)

    @property
    def cells(self) -> list[Cell]:
        """The cells of the table, line by line."""
        return [cell for _, _, cell in _cells(self.stages)]

    @property
    def n(self) -> int:
        return sum(cell.n for stage in self.stages for cell in stage.cells)


def journey_map(
    *,
    chosen: Mapping[Definition, Filter],
    period: Period,
    today: date,
    against: Period | Against | None = None,
) -> JourneyMap:
    """Read the whole journey; one statement a metric, however many touchpoints there are."""
    lines = {
        definition: lines_by(
            one,
            period,
            split=TOUCHPOINT,
            today=today,
            step=step_for(period),
            against=against,
        )
        for definition, one in chosen.items()
    }
    usual = [
        figure(definition, pooled([line.score.figure.histogram for line in by.values()]))
        for definition, by in lines.items()
    ]
    only = next(iter(chosen.values())).touchpoint_id
    known = [place for place in touchpoints() if only in (None, place.pk)]
    places = _places(known, lines, usual)
    stages = _stages(places, lines)
    return JourneyMap(
        stages=stages,
        yardsticks=[_named(one) for one in usual if one.tier.shows_headline],
        as_of=_as_of(lines),
    )


def of_transactions(organisation_id: int, definitions: Definitions) -> dict[Definition, Filter]:
    """What the journey counts: answers right after a contact, each metric by itself."""
    return {
        definition: Filter(
            organisation_id=organisation_id, definition=definition, is_relational=False
        )
        for definition in definitions.after_contact
    }


def _places(found: Sequence[Touchpoint], lines: Lines, usual: Sequence[Figure]) -> list[Place]:
    wanted = [
        Wanted(
            name=place.name,
            line=by[place.pk],
            answers={"touchpoint": str(place.pk), "metric": definition.kind.value, **ANSWERS},
            yardstick=whole.value,
            target=place.target,
        )
        for place in found
        for (definition, by), whole in zip(lines.items(), usual, strict=True)
        if place.pk in by
    ]
    cells = iter(cells_of(wanted))
    return [
        Place(touchpoint=place, cells=[next(cells) for by in lines.values() if place.pk in by])
        for place in found
    ]


def _stages(places: Sequence[Place], lines: Lines) -> list[StageMap]:
    grouped = [
        (stage, list(inside))
        for stage, inside in groupby(places, key=lambda place: place.touchpoint.stage)
    ]
    wanted = [_stage_wanted(stage, inside, lines) for stage, inside in grouped]
    cells = iter(cells_of([one for ones in wanted for one in ones]))
    return [
        StageMap(
            stage=stage,
            cells=sorted((next(cells) for _ in ones), key=_rank),
            service=[one for one in inside if one.touchpoint.kind == "service"],
            experience=[one for one in inside if one.touchpoint.kind == "experience"],
        )
        for (stage, inside), ones in zip(grouped, wanted, strict=True)
    ]


def _rank(cell: Cell) -> tuple[bool, int]:
    """The most answers first; faces stand beside numbers with words, never in their place."""
    return cell.metric == NAMES[Kind.FACES], -cell.n


def _stage_wanted(stage: Stage, inside: Sequence[Place], lines: Lines) -> list[Wanted]:
    return [
        Wanted(
            name=stage.name,
            line=together(definition, found),
            answers={"stage": str(stage.pk), "metric": definition.kind.value, **ANSWERS},
        )
        for definition, by in lines.items()
        if (found := [by[one.touchpoint.pk] for one in inside if one.touchpoint.pk in by])
    ]


def together(definition: Definition, lines: Sequence[Line]) -> Line:
    """Pool the answers of several lines, period by period, and score them once."""
    first = lines[0]
    scores = [line.score for line in lines]
    now = _pooled(definition, (one.compared for one in scores))
    before = _pooled(definition, (one.before for one in scores))
    score = Score(
        period=first.score.period,
        figure=_pooled(definition, (one.figure for one in scores)),
        left_out=added(one.left_out for one in scores),
        comparison=first.score.comparison,
        compared=now,
        before=before,
        verdict=verdict(definition, now.histogram, before.histogram),
    )
    points = [
        Point(same[0].first, same[0].last, _pooled(definition, (one.figure for one in same)))
        for same in zip(*(line.points for line in lines), strict=True)
    ]
    return Line(score, points)


def added(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Add up what several figures leave out, by why."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(sorted(total.items()))


def _pooled(definition: Definition, figures: Iterable[Figure]) -> Figure:
    return figure(definition, pooled([one.histogram for one in figures]))


def _named(shown: Figure) -> str:
    value = "" if shown.shown is None else value_text(shown.definition, shown.shown)
    return f"{NAMES[shown.definition.kind]} {value}"


def _as_of(lines: Lines) -> date | None:
    known = (line.score.comparison.as_of for by in lines.values() for line in by.values())
    return next(known, None)


def _cells(stages: Sequence[StageMap]) -> Iterator[tuple[Place, StageMap, Cell]]:
    for stage in stages:
        for place in (*stage.service, *stage.experience):
            for cell in place.cells:
                yield place, stage, cell


def _table(stages: Sequence[StageMap]) -> Table:
    return Table(
        caption="Every touchpoint of the journey",
        heads=(
            *("Touchpoint", "Stage", "Kind", "Metric", "Score", "95 % interval", "n"),
            *("Change", "n compared", "n before"),
        ),
        rows=[
            (
                place.touchpoint.name,
                stage.stage.name,
                place.touchpoint.get_kind_display(),
                cell.metric,
                cell.score or cell.size_text,
                cell.interval or "\u2013",
                count_text(cell.n),
                cell.said.lead if cell.said else "\u2013",
                count_text(cell.sides.n),
                count_text(cell.sides.n_before),
            )
            for place, stage, cell in _cells(stages)
        ],
    )
