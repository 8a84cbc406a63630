"""Figures of companies, counted from the answers of their people: no cell is kept by company."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kit.periods import Period
from metrics.queries.filters import Filter, experience, service
from metrics.queries.scores import Line, Point, Score
from metrics.rules.windows import buckets, comparison
from metrics.statistics.definitions import Definitions
from metrics.statistics.figures import Figure, figure, verdict
from reports.queries.cards import step_for
from reports.queries.cells import Cell, Wanted, cells_of
from reports.queries.overview import EXPERIENCE, SERVICE
from surveys.models import Response


@dataclass(frozen=True)
class Said:
    """One counted answer of somebody at a company, older ones first in every list of them."""

    company: int
    person: int
    programme: int
    on: date
    score: int


Count = Callable[[Iterable[Said], Period], Figure]


@dataclass(frozen=True, kw_only=True)
class CompanyFigures:
    """What a company's people say right after a contact, and of the whole."""

    service: Figure
    experience: Figure


def company_figures(
    *,
    organisation_id: int,
    definitions: Definitions,
    company_ids: Sequence[int],
    period: Period,
) -> dict[int, CompanyFigures]:
    """Score each company by the answers of its people; two statements for all of them."""
    told = _by_company(_service_answers(company_ids, period))
    whole = _by_company(_relationship_answers(company_ids, period))
    every, latest = _counters(organisation_id, definitions)
    return {
        row_id: CompanyFigures(
            service=every(told[row_id], period), experience=latest(whole[row_id], period)
        )
        for row_id in company_ids
    }


def company_cells(
    *,
    organisation_id: int,
    definitions: Definitions,
    company_id: int,
    period: Period,
    today: date,
) -> list[Cell]:
    """Score one company with its trend and its change; two statements."""
    span = Period(comparison(period, today).before.first, period.last)
    every, latest = _counters(organisation_id, definitions)
    told = _service_answers([company_id], span)
    whole = _relationship_answers([company_id], span)
    of = of_company(company_id)
    return cells_of(
        [
            Wanted(
                name="Service",
                line=_line(every, told, period, today),
                answers={**SERVICE, **of},
            ),
            Wanted(
                name="Experience",
                line=_line(latest, whole, period, today),
                answers={**EXPERIENCE, **of},
            ),
        ]
    )


def of_company(company_id: int) -> dict[str, str]:
    """Narrow a list of answers to a company's people."""
    return {"company": str(company_id)}


def _line(count: Count, found: Sequence[Said], period: Period, today: date) -> Line:
    compared = comparison(period, today)
    now, before = count(found, compared.now), count(found, compared.before)
    score = Score(
        period=period,
        figure=count(found, period),
        left_out={},
        comparison=compared,
        compared=now,
        before=before,
        verdict=verdict(now.definition, now.histogram, before.histogram),
    )
    windows = buckets(period, step_for(period))
    return Line(score, [Point(one.first, one.last, count(found, one)) for one in windows])


def _counters(organisation_id: int, definitions: Definitions) -> tuple[Count, Count]:
    """How answers after a contact are counted (each), and those of the whole (the latest)."""
    told, whole = (chosen(organisation_id, definitions) for chosen in (service, experience))
    return _every(told), _latest(whole)


def _every(chosen: Filter) -> Count:
    def count(found: Iterable[Said], period: Period) -> Figure:
        inside = (one.score for one in found if period.first <= one.on <= period.last)
        return figure(chosen.definition, Counter(inside))

    return count


def _latest(chosen: Filter) -> Count:
    def count(found: Iterable[Said], period: Period) -> Figure:
        inside = (one for one in found if period.first <= one.on <= period.last)
        last = {(one.person, one.programme): one.score for one in inside}
        return figure(chosen.definition, Counter(last.values()))

    return count


def _by_company(found: Iterable[Said]) -> dict[int, list[Said]]:
    grouped: dict[int, list[Said]] = defaultdict(list)
    for one in found:
        grouped[one.company].append(one)
    return grouped


def _service_answers(company_ids: Sequence[int], period: Period) -> list[Said]:
    return _answers(
        company_ids,
        period,
        metric="csat",
        programme__kind="transactional",
        touchpoint__kind="service",
    )


def _relationship_answers(company_ids: Sequence[int], period: Period) -> list[Said]:
    return _answers(company_ids, period, metric="nps", programme__kind="relational")


def _answers(company_ids: Sequence[int], period: Period, **narrowed: str) -> list[Said]:
    rows = Response.objects.filter(
        customer__company__in=company_ids,
        standing="counted",
        score__isnull=False,
        local_on__range=(period.first, period.last),
        **narrowed,
    )
    wanted = ("customer__company", "customer", "programme", "local_on", "score")
    return [Said(*row) for row in rows.order_by("answered_at", "id").values_list(*wanted)]
