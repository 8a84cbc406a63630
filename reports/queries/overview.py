"""The overview: service beside experience, the journey, who answered and what they said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kit.periods import Period
from metrics.queries.filters import Filter, Slice, experience, service
from metrics.queries.rates import ResponseRate, response_rate
from metrics.queries.scores import Point, sparklines
from metrics.rules.windows import Against
from metrics.statistics.definitions import Definition, Definitions, Kind
from metrics.statistics.figures import figure
from metrics.statistics.smoothing import pooled
from reports.charts.theme import Spec
from reports.charts.trends import sparkline
from reports.queries.beside import around
from reports.queries.cards import Asked, Card, card, drawn, frame_of, step_for
from reports.queries.responses import Wanted, answered_between, filtered
from reports.rules.words import NAMES, interval_text, score_text, size_text
from surveys.models import Invitation, Response, Stage
from surveys.queries.touchpoints import touchpoints

QUOTES = 6
JOURNEY_METRICS = (Kind.CSAT, Kind.CES, Kind.NPS)
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


@dataclass(frozen=True, kw_only=True)
class StageValue:
    """One metric of one stage."""

    metric: str
    score: str
    interval: str
    size_text: str
    n: int
    spark: Spec | None
    answers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class StageCard:
    """One stage of the journey with what was measured at its touchpoints."""

    name: str
    values: Sequence[StageValue]


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Everything on the page that a manager opens every morning."""

    service: Card
    experience: Card
    stages: Sequence[StageCard]
    rate: ResponseRate
    quotes: Sequence[Response]
    # When answers exist, but none in the period: the first and the last of them.
    elsewhere: tuple[datetime, datetime] | None
    is_untouched: bool


def overview(
    *,
    part: Slice,
    definitions: Definitions,
    period: Period,
    today: date,
    against: Period | Against | None = None,
) -> Overview:
    """Read the whole page; the number of statements does not grow with the data."""
    beside = around(definitions, period)
    told = service(part.organisation_id, definitions).within(part)
    whole = experience(part.organisation_id, definitions).within(part)
    service_card = card(
        Asked(
            key="service",
            title="Service",
            chosen=told,
            answers=SERVICE,
            beside=beside.of(told, "service"),
        ),
        period,
        today=today,
        against=against,
    )
    experience_card = card(
        Asked(
            key="experience",
            title="Experience",
            chosen=whole,
            answers=EXPERIENCE,
            beside=beside.of(whole, "experience"),
        ),
        period,
        today=today,
        against=against,
    )
    rate = response_rate(part, period, today=today)
    stages = journey(part=part, definitions=definitions, period=period)
    is_empty = not (service_card.n or experience_card.n or rate.sent or _measured(stages))
    elsewhere = answered_between() if is_empty else None
    return Overview(
        service=service_card,
        experience=experience_card,
        stages=stages,
        rate=rate,
        quotes=newest_comments(part, period),
        elsewhere=elsewhere,
        is_untouched=is_empty and elsewhere is None and not Invitation.objects.exists(),
    )


def newest_comments(part: Slice, period: Period) -> list[Response]:
    """Return the newest counted answers with words, and who gave them."""
    wanted = Wanted(
        period=period,
        standing="counted",
        commented=True,
        programme=part.programme_id,
        touchpoint=part.touchpoint_id,
        segments=part.named,
        with_suspects=part.with_suspects,
    )
    found = filtered(wanted).select_related("customer", "programme", "touchpoint")
    return list(found.order_by("-answered_at", "-id")[:QUOTES])


def journey(*, part: Slice, definitions: Definitions, period: Period) -> list[StageCard]:
    """Score each stage by the metrics asked at its touchpoints; one statement a metric."""
    stages: dict[int, Stage] = {}
    places: dict[int, list[int]] = {}
    for place in touchpoints():
        stages[place.stage_id] = place.stage
        places.setdefault(place.stage_id, []).append(place.pk)
    trends = {
        definition: sparklines(
            Filter(
                organisation_id=part.organisation_id, definition=definition, is_relational=False
            ).within(part),
            period,
            step_for(period),
        )
        for definition in map(definitions.of, JOURNEY_METRICS)
    }
    return [
        StageCard(name=stage.name, values=_values(stage, places[stage_id], trends))
        for stage_id, stage in stages.items()
    ]


def _values(
    stage: Stage, places: Sequence[int], trends: Mapping[Definition, Mapping[int, Sequence[Point]]]
) -> list[StageValue]:
    found = []
    for definition, by_place in trends.items():
        lines = [by_place[place] for place in places if place in by_place]
        together = _together(definition, lines)
        if any(point.figure.n for point in together):
            found.append(_value(stage, definition, together))
    return sorted(found, key=lambda value: -value.n)


def _together(definition: Definition, lines: Sequence[Sequence[Point]]) -> list[Point]:
    """Pool the answers of several touchpoints, bucket by bucket, and score them once."""
    return [
        Point(
            same[0].first,
            same[0].last,
            figure(definition, pooled([point.figure.histogram for point in same])),
        )
        for same in zip(*lines, strict=True)
    ]


def _value(stage: Stage, definition: Definition, points: Sequence[Point]) -> StageValue:
    whole = figure(definition, pooled([point.figure.histogram for point in points]))
    name = f"{stage.name}, {NAMES[definition.kind]}"
    return StageValue(
        metric=NAMES[definition.kind],
        score=score_text(whole),
        interval=interval_text(whole),
        size_text=size_text(whole),
        n=whole.n,
        spark=spark_of(name, points) if len(points) > 1 else None,
        answers={
            "stage": str(stage.pk),
            "metric": definition.kind.value,
            "standing": "counted",
            "programme_kind": "transactional",
        },
    )


def spark_of(name: str, points: Sequence[Point]) -> Spec:
    """Draw the shape of a trend as small as a word."""
    frame = frame_of(points, width=144, height=36)
    return sparkline(drawn(points), frame=frame, description=f"{name}: shape over time")


def _measured(stages: Sequence[StageCard]) -> bool:
    return any(stage.values for stage in stages)
