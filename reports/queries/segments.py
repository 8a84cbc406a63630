"""Segments: the values of a property with their scores, in the order of their names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.keysets import Page, page_of, read_key
from kit.periods import Period
from metrics.models import PropertyValue, TrackedProperty
from metrics.queries.filters import Slice, experience, service, service_by_faces
from metrics.queries.marks import marks_in
from metrics.queries.overlaps import stored_overlaps
from metrics.queries.rates import ResponseRate, response_rate
from metrics.queries.scores import Line, Score, scores_by
from metrics.rules.windows import Against, Step
from metrics.statistics.definitions import Definitions
from reports.queries.asides import BY_FACES, EXPERIENCE, SERVICE, Aside, service_asides
from reports.queries.beside import Beside
from reports.queries.cards import Asked, Card, card
from reports.queries.cells import Cell, Wanted, cells_of
from reports.queries.journey import JourneyMap, journey_map, of_transactions
from reports.queries.overview import newest_comments
from surveys.models import Response

SIZE = 50
ANSWERS = {"service": SERVICE, "by_faces": BY_FACES, "experience": EXPERIENCE}


@dataclass(frozen=True, kw_only=True)
class SegmentRow:
    """One value with what was measured of it; the empty value stands for all rare ones."""

    value: str
    service: Cell | None
    by_faces: Cell | None
    experience: Cell | None


@dataclass(frozen=True, kw_only=True)
class SegmentPage:
    """One value in depth."""

    service: Card
    service_asides: Sequence[Aside]
    experience: Card
    places: JourneyMap
    rate: ResponseRate
    quotes: Sequence[Response]


def segment_rows(
    *,
    part: Slice,
    definitions: Definitions,
    tracked: TrackedProperty,
    period: Period,
    today: date,
    against: Period | Against | None = None,
    after: str | None = None,
    size: int = SIZE,
) -> Page[SegmentRow]:
    """Score every value; three statements, four with faces.

    By name and never by score: this is no ranking.
    """
    split = tracked.dimension
    ours = part.organisation_id
    kinds = {
        "service": [service(ours, definitions)],
        "by_faces": service_by_faces(ours, definitions),
        "experience": [experience(ours, definitions)],
    }
    scores = {
        kind: scores_by(one.within(part), period, split=split, today=today, against=against)
        for kind, chosen in kinds.items()
        for one in chosen
    }
    rows = _rows(scores, _names({value for found in scores.values() for value in found}))
    if after is not None:
        (last,) = read_key(after, str)
        rows = [row for row in rows if _order(row.value) > _order(str(last))]
    return page_of(rows[: size + 1], size, lambda row: (row.value,))


def segment_page(
    *,
    part: Slice,
    definitions: Definitions,
    period: Period,
    today: date,
    against: Period | Against | None = None,
    step: Step | None = None,
) -> SegmentPage:
    """Read one segment, named by the part; statements do not grow with its answers."""
    ours = part.organisation_id
    marks, overlaps = marks_in(definitions, period), stored_overlaps(ours)
    cards = [
        card(
            Asked(
                key=key,
                title=key.capitalize(),
                chosen=chosen,
                answers=answers,
                beside=Beside(marks=marks.on(chosen)),
                step=step,
            ),
            period,
            today=today,
            against=against,
            overlaps=overlaps,
        )
        for key, chosen, answers in (
            ("service", service(ours, definitions).within(part), SERVICE),
            ("experience", experience(ours, definitions).within(part), EXPERIENCE),
        )
    ]
    everywhere = of_transactions(ours, definitions).items()
    return SegmentPage(
        service=cards[0],
        service_asides=service_asides(part, definitions, period, today=today),
        experience=cards[1],
        places=journey_map(
            chosen={definition: one.within(part) for definition, one in everywhere},
            period=period,
            today=today,
            against=against,
        ),
        rate=response_rate(part, period, today=today),
        quotes=newest_comments(part, period),
    )


def _names(value_ids: Iterable[int]) -> dict[int, str]:
    return dict(PropertyValue.objects.filter(pk__in=value_ids).values_list("pk", "value"))


def _rows(scores: Mapping[str, Mapping[int, Score]], names: dict[int, str]) -> list[SegmentRow]:
    keys = [(kind, value) for kind, found in scores.items() for value in found]
    wanted = [
        Wanted(name=names[value], line=Line(score, []), answers=ANSWERS[kind])
        for kind, found in scores.items()
        for value, score in found.items()
    ]
    cells = dict(zip(keys, cells_of(wanted), strict=True))
    return [
        SegmentRow(
            value=name,
            service=cells.get(("service", value)),
            by_faces=cells.get(("by_faces", value)),
            experience=cells.get(("experience", value)),
        )
        for value, name in sorted(names.items(), key=lambda pair: _order(pair[1]))
    ]


def _order(value: str) -> tuple[bool, str, str]:
    """By name whatever its case; the rare values together stand last."""
    return (not value, value.casefold(), value)
