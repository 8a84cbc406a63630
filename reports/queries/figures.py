"""The figures of a page as rows of a file: read by the functions that the page reads them by."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from kit.periods import Period
from metrics.queries.filters import Filter, Slice, experience, service, service_by_faces
from metrics.queries.scores import Point, Score, score_of, scores_by, trend_of
from metrics.rules.dimensions import TOUCHPOINT
from metrics.rules.windows import Against, Step
from metrics.statistics.definitions import Definition, Definitions
from metrics.statistics.figures import Figure
from reports.queries.trends import joined, step_for
from reports.rules.heat import called
from reports.rules.words import NAMES, said, size_text
from surveys.models import Touchpoint
from surveys.queries.touchpoints import touchpoints

OF_A_FIGURE = (
    "figure",
    "name",
    "metric",
    "first_on",
    "last_on",
    "score",
    "value",
    "low",
    "high",
    "n",
    "sample",
    "left_out",
    "verdict",
    "verdict_in_words",
    "change",
    "change_low",
    "change_high",
    "p",
    "n_compared",
    "n_before",
    "compared_first_on",
    "compared_last_on",
    "before_first_on",
    "before_last_on",
    "as_of",
    "definition",
    "definition_version",
)
COLUMNS = (*OF_A_FIGURE, "counts_suspects")

Cells = list[Any]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a page shows: a part of the answers, counted so, in these days against those."""

    part: Slice
    definitions: Definitions
    period: Period
    today: date
    against: Period | Against | None = None
    step: Step | None = None


def overview_figures(shown: Shown) -> list[Cells]:
    """Service, experience, each touchpoint, and both trends; statements as on the pages."""
    part, definitions = shown.part, shown.definitions
    ours = part.organisation_id
    cards = [
        ("Service", service(ours, definitions).within(part)),
        *(("Service", one.within(part)) for one in service_by_faces(ours, definitions)),
        ("Experience", experience(ours, definitions).within(part)),
    ]
    rows = [
        *(_judged(name, "", _score(chosen, shown)) for name, chosen in cards),
        *_touchpoints(shown),
        *(row for name, chosen in cards for row in _trend(name, "", chosen, shown)),
    ]
    return _told(rows, part)


def touchpoint_figures(shown: Shown, touchpoint: Touchpoint) -> list[Cells]:
    """Each metric that was asked there with its trend."""
    rows: list[Cells] = []
    for definition in shown.definitions.after_contact:
        chosen = _transactional(shown, definition).narrowed(touchpoint_id=touchpoint.pk)
        score = _score(chosen, shown)
        if score.figure.n:
            rows.append(_judged("Touchpoint", touchpoint.name, score))
            rows += _trend("Touchpoint", touchpoint.name, chosen, shown)
    return _told(rows, shown.part)


def _told(rows: list[Cells], part: Slice) -> list[Cells]:
    """Every row says whether suspected machines are in it: a file outlives its address."""
    return [[*row, "yes" if part.with_suspects else "no"] for row in rows]


def _score(chosen: Filter, shown: Shown) -> Score:
    return score_of(chosen, shown.period, today=shown.today, against=shown.against)


def _transactional(shown: Shown, definition: Definition) -> Filter:
    everywhere = Filter(
        organisation_id=shown.part.organisation_id, definition=definition, is_relational=False
    )
    return everywhere.within(shown.part)


def _touchpoints(shown: Shown) -> list[Cells]:
    """One row for each metric of each touchpoint; judged together, as the journey does."""
    by_metric = [
        scores_by(
            _transactional(shown, definition),
            shown.period,
            split=TOUCHPOINT,
            today=shown.today,
            against=shown.against,
        )
        for definition in shown.definitions.after_contact
    ]
    found = [
        (place.name, scores[place.pk])
        for place in touchpoints()
        for scores in by_metric
        if place.pk in scores
    ]
    sure = called([score.judged for _, score in found])
    return [
        _judged("Touchpoint", name, score, is_sure=is_sure)
        for (name, score), is_sure in zip(found, sure, strict=True)
    ]


def _trend(figure: str, name: str, chosen: Filter, shown: Shown) -> list[Cells]:
    points: Sequence[Point] = trend_of(chosen, shown.period, shown.step or step_for(shown.period))
    if not (chosen.is_relational or shown.step is Step.MONTH_MOVING):
        points, _ = joined(points)
    if not any(point.figure.n for point in points):
        return []
    return [_of_point(f"{figure}, trend", name, point) for point in points]


# --- cells --------------------------------------------------------------------------------


def _of_point(figure: str, name: str, point: Point) -> Cells:
    cells = _measured(figure, name, Period(point.first, point.last), point.figure)
    return [
        *cells,
        *[None] * (len(OF_A_FIGURE) - len(cells) - 2),
        *_defined(point.figure.definition),
    ]


def _judged(figure: str, name: str, score: Score, *, is_sure: bool = True) -> Cells:
    compared = score.comparison
    return [
        *_measured(figure, name, score.period, score.figure),
        json.dumps(dict(score.left_out)),
        *_called(score, is_sure=is_sure),
        score.compared.n,
        score.before.n,
        compared.now.first,
        compared.now.last,
        compared.before.first,
        compared.before.last,
        compared.as_of,
        *_defined(score.figure.definition),
    ]


def _measured(figure: str, name: str, period: Period, shown: Figure) -> Cells:
    whole = shown.shown_interval or (None, None)
    metric = NAMES[shown.definition.kind]
    days = (period.first, period.last)
    score = (shown.shown, _points(shown.value), *whole)
    return [figure, name, metric, *days, *score, shown.n, size_text(shown)]


def _called(score: Score, *, is_sure: bool) -> Cells:
    verdict = score.judged
    if verdict is None:
        return [None] * 6
    words = said(verdict, score.figure.definition, is_sure=is_sure)
    band = verdict.interval
    return [
        "no call" if verdict.is_called and not is_sure else verdict.call.value,
        f"{words.lead}{words.rest}",
        _points(verdict.change),
        _points(band.low),
        _points(band.high),
        round(verdict.p, 6),
    ]


def _defined(definition: Definition) -> Cells:
    return [definition.words, definition.version]


def _points(share: Fraction | float | None) -> float | None:
    """A share of 1 in points, to the hundredth, as the API gives it."""
    return None if share is None else round(float(share * 100), 2)
