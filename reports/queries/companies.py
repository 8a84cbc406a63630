"""Figures of companies, counted from the answers of their people: no cell is kept by company.

Which answers these are is asked of the same query that lists them, so a number and its list agree.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery

from kit.periods import Period
from metrics.models import CountedAnswer
from metrics.queries.filters import Filter, Slice, experience, service, service_by_faces
from metrics.queries.histograms import COUNTED, SUPERSEDED, SUSPECT
from metrics.queries.scores import Line, Point, Score
from metrics.rules.windows import Against, Comparison, buckets, comparison
from metrics.statistics.definitions import Definitions
from metrics.statistics.figures import Figure, figure, verdict
from reports.queries.asides import BY_FACES, EXPERIENCE, SERVICE
from reports.queries.cells import Cell, Wanted, cells_of
from reports.queries.narrowed import filtered
from reports.queries.trends import step_for
from reports.queries.wanted import Wanted as WantedAnswers


@dataclass(frozen=True)
class Said:
    """One scored answer of somebody at a company, and when the same person answered anew."""

    company: int
    standing: str
    on: date
    next_on: date | None
    score: int


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A figure with how many answers of these people it leaves out, and why."""

    figure: Figure
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CompanyFigures:
    """What a company's people say right after a contact, and of the whole."""

    service: Counted
    by_faces: Counted | None  # beside Service, where anybody was ever asked so
    experience: Counted


def company_figures(
    *, part: Slice, definitions: Definitions, company_ids: Sequence[int], period: Period
) -> dict[int, CompanyFigures]:
    """Score each company by the answers of its people; two statements, three with faces."""
    told, whole = _chosen(part, definitions)
    of_service, of_whole = (_each(one, company_ids, period) for one in (told, whole))
    by_faces = [
        _each(one.within(part), company_ids, period)
        for one in service_by_faces(part.organisation_id, definitions)
    ]
    return {
        row_id: CompanyFigures(
            service=of_service[row_id],
            by_faces=by_faces[0][row_id] if by_faces else None,
            experience=of_whole[row_id],
        )
        for row_id in company_ids
    }


def _each(chosen: Filter, company_ids: Sequence[int], period: Period) -> dict[int, Counted]:
    said = _by_company(_answers(chosen, company_ids, period))
    return {row_id: _count(chosen, said[row_id], period) for row_id in company_ids}


def company_cells(
    *,
    part: Slice,
    definitions: Definitions,
    company_id: int,
    period: Period,
    today: date,
    against: Period | Against | None = None,
) -> list[Cell]:
    """Score one company with its trend and its change; two statements, three with faces."""
    compared = comparison(period, today, against)
    days = (period, compared.now, compared.before)
    span = Period(min(one.first for one in days), max(one.last for one in days))
    of, chosen = of_company(company_id), _chosen(part, definitions)
    by_faces = [one.within(part) for one in service_by_faces(part.organisation_id, definitions)]
    named = [
        ("Service", chosen[0], SERVICE),
        *(("Service", one, BY_FACES) for one in by_faces),
        ("Experience", chosen[1], EXPERIENCE),
    ]
    return cells_of(
        [
            Wanted(
                name=name,
                line=_line(one, _answers(one, [company_id], span), (period, compared)),
                answers={**answers, **of},
            )
            for name, one, answers in named
        ]
    )


def suspects_of(part: Slice, company_ids: Sequence[int], period: Period) -> int:
    """Count the answers of a company's people that look like a machine's; one statement."""
    wanted = _wanted(part, period, standing=SUSPECT)
    return filtered(wanted).filter(customer__company__in=company_ids).count()


def of_company(company_id: int) -> dict[str, str]:
    """Narrow a list of answers to a company's people."""
    return {"company": str(company_id)}


def _chosen(part: Slice, definitions: Definitions) -> tuple[Filter, Filter]:
    ours = part.organisation_id
    return service(ours, definitions).within(part), experience(ours, definitions).within(part)


def _line(chosen: Filter, found: Sequence[Said], asked: tuple[Period, Comparison]) -> Line:
    period, compared = asked
    shown, late, early = (
        _count(chosen, found, one) for one in (period, compared.now, compared.before)
    )
    score = Score(
        period=period,
        figure=shown.figure,
        left_out=shown.left_out,
        comparison=compared,
        compared=late.figure,
        before=early.figure,
        verdict=verdict(chosen.definition, late.figure.histogram, early.figure.histogram),
    )
    windows = buckets(period, step_for(period))
    points = [Point(one.first, one.last, _count(chosen, found, one).figure) for one in windows]
    return Line(score, points)


def _count(chosen: Filter, found: Iterable[Said], period: Period) -> Counted:
    """Count as every figure is: each answer, or of a relationship survey each person's latest."""
    inside = [
        (one.score, _standing(one, period))
        for one in found
        if period.first <= one.on <= period.last
    ]
    counts = (COUNTED, SUSPECT) if chosen.with_suspects else (COUNTED,)
    left_out = Counter(why for _, why in inside if why not in counts)
    return Counted(
        figure=figure(chosen.definition, Counter(score for score, why in inside if why in counts)),
        left_out=dict(sorted(left_out.items())),
    )


def _standing(one: Said, period: Period) -> str:
    is_anew = one.next_on is not None and one.next_on <= period.last
    return SUPERSEDED if one.standing == COUNTED and is_anew else one.standing


def _by_company(found: Iterable[Said]) -> dict[int, list[Said]]:
    grouped: dict[int, list[Said]] = defaultdict(list)
    for one in found:
        grouped[one.company].append(one)
    return grouped


def _answers(chosen: Filter, company_ids: Sequence[int], period: Period) -> list[Said]:
    wanted = _wanted(
        chosen,
        period,
        metric=chosen.definition.kind.value,
        programme_kind="relational" if chosen.is_relational else "transactional",
        touchpoint_kind=chosen.touchpoint_kind or "",
    )
    anew = CountedAnswer.objects.filter(response_id=OuterRef("pk")).values("next_on")
    rows = filtered(wanted).filter(customer__company__in=company_ids)
    named: Iterable[Any] = rows.annotate(next_on=Subquery(anew[:1])).values_list(
        "customer__company", "standing", "local_on", "next_on", "score"
    )
    return [Said(*row) for row in named]


def _wanted(part: Slice, period: Period, **narrowed: str) -> WantedAnswers:
    return WantedAnswers(
        period=period,
        programme=part.programme_id,
        touchpoint=part.touchpoint_id,
        segments=part.named,
        words=part.words,
        scored=True,
        **narrowed,  # type: ignore[arg-type]
    )
