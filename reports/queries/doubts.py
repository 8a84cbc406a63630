"""What was doubted: which rule, when, which score, and whether a person answered as well."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kit.keysets import Page, page_of
from reports.queries.narrowed import filtered
from reports.queries.responses import SIZE, place_of
from reports.queries.wanted import Wanted
from surveys.models import ResponseRevision

Verdict = ResponseRevision.Verdict


@dataclass(frozen=True, kw_only=True)
class RuleCount:
    """How many answers one rule doubted last, and of how many of them a person sent one, too."""

    rule: str
    doubted: int
    by_people: int


@dataclass(frozen=True, kw_only=True)
class Which:
    """What the list is narrowed by: the rule that doubted, and whether a person sent one, too."""

    rule: str = ""
    by_people: bool = False


EVERY = Which()


def doubted(
    wanted: Wanted, which: Which = EVERY, *, after: str | None = None, size: int = SIZE
) -> Page[ResponseRevision]:
    """Return the last doubted sending of each answer, newest first, with its answer.

    `sendings` says how many of the answer were doubted; `person_at` and `person_score` what a
    person sent first, if anybody did.
    """
    found = _narrowed(_latest(wanted), which).select_related(
        "response__programme", "response__touchpoint", "response__customer"
    )
    human = _of_same(Verdict.HUMAN).order_by("number")
    found = found.annotate(
        sendings=_count(_of_same(Verdict.SUSPECT)),
        person_at=Subquery(human.values("at")[:1]),
        person_score=Subquery(human.values("score")[:1]),
    )
    if after is not None:
        at, row_id = place_of(after)
        found = found.filter(Q(at__lt=at) | Q(at=at, id__lt=row_id))
    rows = list(found.order_by("-at", "-id")[: size + 1])
    return page_of(rows, size, lambda row: (row.at.isoformat(), row.pk))


def by_rule(wanted: Wanted) -> Sequence[RuleCount]:
    """Count what each rule doubted, the most first; one statement."""
    rows = (
        _latest(wanted)
        .annotate(is_answered=Exists(_of_same(Verdict.HUMAN)))
        .values("rule")
        .annotate(n=Count("id"), people=Count("id", filter=Q(is_answered=True)))
        .order_by("-n", "rule")
    )
    return [RuleCount(rule=row["rule"], doubted=row["n"], by_people=row["people"]) for row in rows]


def everything(wanted: Wanted) -> Wanted:
    """The same part of the answers, whatever became of them."""
    return replace(wanted, standing="", with_suspects=False)


def _latest(wanted: Wanted) -> QuerySet[ResponseRevision]:
    later = _of_same(Verdict.SUSPECT).filter(number__gt=OuterRef("number"))
    return ResponseRevision.objects.filter(
        ~Exists(later), verdict=Verdict.SUSPECT, response__in=filtered(wanted).values("pk")
    )


def _narrowed(found: QuerySet[ResponseRevision], which: Which) -> QuerySet[ResponseRevision]:
    if which.rule:
        found = found.filter(rule=which.rule)
    return found.filter(Exists(_of_same(Verdict.HUMAN))) if which.by_people else found


def _of_same(verdict: str) -> QuerySet[ResponseRevision]:
    return ResponseRevision.objects.filter(response=OuterRef("response"), verdict=verdict)


def _count(rows: QuerySet[ResponseRevision]) -> Coalesce:
    counted: Any = rows.order_by().values("response").annotate(n=Count("id")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
