"""Touchpoints with their scores: the list, and one of them with trend and spread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.periods import Period
from metrics.queries.filters import Filter, Slice
from metrics.queries.marks import Marks, marks_in
from metrics.queries.rates import ResponseRate, response_rate
from metrics.queries.scores import Point, sparklines
from metrics.rules.windows import Against, Step
from metrics.statistics.definitions import Definition, Definitions
from metrics.statistics.figures import figure
from metrics.statistics.pooling import pooled
from reports.charts.theme import Spec
from reports.queries.beside import of_touchpoint
from reports.queries.cards import Asked, Card, card
from reports.queries.cells import spark_of
from reports.queries.columns import columns_spec
from reports.queries.journey import added
from reports.queries.mixes import Mix, mixes
from reports.queries.overview import newest_comments
from reports.queries.trends import step_for
from reports.rules.words import NAMES, interval_text, score_text, size_text
from surveys.models import Response, Touchpoint
from surveys.queries.touchpoints import touchpoints


@dataclass(frozen=True, kw_only=True)
class PlaceScore:
    """One metric of one touchpoint, as a list shows it."""

    metric: str
    kind: str
    score: str
    interval: str
    size_text: str
    n: int
    spark: Spec | None
    left_out: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class PlaceRow:
    """One touchpoint with the metrics that were asked there."""

    touchpoint: Touchpoint
    scores: Sequence[PlaceScore]


@dataclass(frozen=True, kw_only=True)
class PlacePage:
    """One touchpoint: a card and a spread for each metric, the change taken apart, the words."""

    cards: Sequence[Card]
    spreads: Sequence[Spec]
    mixes: Sequence[Sequence[Mix]]
    rate: ResponseRate
    quotes: Sequence[Response]


def touchpoint_rows(*, part: Slice, definitions: Definitions, period: Period) -> list[PlaceRow]:
    """Return every touchpoint with its scores; the statements do not grow with their number."""
    trends = {
        definition: sparklines(_all(part, definition), period, step_for(period))
        for definition in definitions.after_contact
    }
    return [
        PlaceRow(
            touchpoint=place,
            scores=[
                _score(place, definition, lines[place.pk])
                for definition, lines in trends.items()
                if place.pk in lines
            ],
        )
        for place in touchpoints()
        if part.touchpoint_id in (None, place.pk)
    ]


def touchpoint_page(
    *,
    part: Slice,
    definitions: Definitions,
    touchpoint: Touchpoint,
    period: Period,
    today: date,
    against: Period | Against | None = None,
    step: Step | None = None,
) -> PlacePage:
    """Read one touchpoint; metrics that were never asked there are left out."""
    here, marks = part.narrowed(touchpoint_id=touchpoint.pk), marks_in(definitions, period)
    read = [
        card(
            replace(_asked(here, touchpoint, definition, marks), step=step),
            period,
            today=today,
            against=against,
        )
        for definition in definitions.after_contact
    ]
    cards = [one for one in read if one.n]
    return PlacePage(
        cards=cards,
        spreads=[columns_spec(one.figure) for one in cards],
        mixes=[
            mixes(_all(here, one.figure.definition), period, today=today, against=against)
            for one in cards
        ],
        rate=response_rate(here, period, today=today),
        quotes=newest_comments(here, period),
    )


def _all(part: Slice, definition: Definition) -> Filter:
    everywhere = Filter(
        organisation_id=part.organisation_id, definition=definition, is_relational=False
    )
    return everywhere.within(part)


def _asked(part: Slice, touchpoint: Touchpoint, definition: Definition, marks: Marks) -> Asked:
    kind = definition.kind.value
    chosen = _all(part, definition)
    return Asked(
        key=kind,
        title=touchpoint.name,
        width=840,
        chosen=chosen,
        beside=of_touchpoint(chosen, marks, touchpoint.target),
        answers={
            "touchpoint": str(touchpoint.pk),
            "metric": kind,
            "standing": "counted",
            "programme_kind": "transactional",
        },
    )


def _score(place: Touchpoint, definition: Definition, points: Sequence[Point]) -> PlaceScore:
    whole = figure(definition, pooled([point.figure.histogram for point in points]))
    name = NAMES[definition.kind]
    return PlaceScore(
        metric=name,
        kind=definition.kind.value,
        score=score_text(whole),
        interval=interval_text(whole),
        size_text=size_text(whole),
        n=whole.n,
        spark=spark_of(f"{place.name}, {name}", points),
        left_out=added(point.left_out for point in points),
    )
