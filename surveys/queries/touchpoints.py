"""Touchpoints in the order of their journeys, and what a form offers about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from kit.keysets import Page, page_of, read_day_key
from kit.periods import Period
from surveys.models import Decision, Interaction, Stage, Touchpoint
from surveys.queries.contexts import Segments, having
from surveys.queries.programmes import SIZE, RuleCount
from surveys.queries.steps import over

_LEFT = Q(invitation__sent_at__isnull=False, invitation__is_test=False)
# What is counted by a condition on its decision is listed by the same one.
STEPS: Mapping[str, Q] = {
    "asked": Q(is_asked=True),
    "left": _LEFT,
    "delivered": _LEFT & Q(invitation__bounced_at__isnull=True),
    "answered": Q(invitation__answered_at__isnull=False, invitation__is_test=False),
}


@dataclass(frozen=True, kw_only=True)
class AskedOrNot:
    """What became of the interactions at one touchpoint in some days.

    `over`: asked, and the time to answer was over by some instant, so that they can be
    compared; of an anonymous question nobody knows whether it was answered. Of a segment only
    those asked are known.
    """

    interactions: int
    decided: int
    asked: int
    over: int
    over_answered: int
    left: int
    delivered: int
    answered: int


@dataclass(frozen=True, kw_only=True)
class Which:
    """Which interactions are listed: by how far they came, by the rule that decided, or all.

    `over_by`: until when "over" means that nobody could answer any more.
    """

    step: str = ""
    rule: str = ""
    over_by: datetime | None = None


EVERY = Which()


def touchpoints() -> list[Touchpoint]:
    """Return the touchpoints in use by journey, stage and name, in two queries."""
    return list(_in_order(Touchpoint.objects.filter(archived_at__isnull=True)))


def touchpoint_choices() -> list[tuple[int, str]]:
    return list(Touchpoint.objects.order_by("name").values_list("id", "name"))


def example_slug() -> str:
    """Return a slug that a first call can be tried with: where somebody is asked, if anywhere."""
    in_use = Touchpoint.objects.filter(archived_at__isnull=True).order_by(
        F("programmes__is_on").desc(nulls_last=True), "id"
    )
    return in_use.values_list("slug", flat=True).first() or "billing-enquiry"


def stages() -> list[Stage]:
    """Return the stages of all journeys in their order."""
    return list(Stage.objects.select_related("journey").order_by("journey__name", "position"))


def asked_or_not(
    *,
    touchpoint_id: int,
    period: Period,
    over_by: datetime,
    programme_id: int | None = None,
    segments: Segments = (),
) -> AskedOrNot:
    """Follow the interactions of the organisation's days to their answers."""
    met = _met(touchpoint_id, period)
    decided = Decision.objects.filter(
        _by(programme_id),
        having(segments, "invitation__context"),
        interaction__in=met.values("id"),
    )
    counts = decided.aggregate(
        decided=Count("interaction", distinct=True),
        **{
            name: Count("interaction", distinct=True, filter=step)
            for name, step in _steps(over_by).items()
        },
    )
    return AskedOrNot(interactions=met.count(), **counts)


def rules_at(
    *, touchpoint_id: int, period: Period, programme_id: int | None = None
) -> list[RuleCount]:
    """Count the interactions of which each rule decided, the most frequent first."""
    about = Decision.objects.filter(
        _by(programme_id), interaction__in=_met(touchpoint_id, period).values("id")
    )
    counted = about.values("rule", "is_asked").annotate(count=Count("interaction", distinct=True))
    return [RuleCount(**row) for row in counted.order_by("-is_asked", "-count", "rule")]


def interactions_at(
    *,
    touchpoint_id: int,
    period: Period,
    programme_id: int | None = None,
    segments: Segments = (),
    which: Which = EVERY,
    after: str | None = None,
    size: int = SIZE,
) -> Page[Interaction]:
    """Return the interactions behind a number of their way, with what was decided of each.

    The newest first; two statements.
    """
    decided = Decision.objects.filter(_by(programme_id), interaction=OuterRef("pk"))
    rows = _met(touchpoint_id, period)
    if which.rule:
        rows = rows.filter(Exists(decided.filter(rule=which.rule)))
    elif which.step:
        of_them = having(segments, "invitation__context")
        rows = rows.filter(Exists(decided.filter(_steps(which.over_by)[which.step], of_them)))
    if after is not None:
        day, row_id = read_day_key(after)
        rows = rows.filter(Q(local_on__lt=day) | Q(local_on=day, id__lt=row_id))
    named = Decision.objects.filter(_by(programme_id)).select_related("programme", "invitation")
    found = rows.select_related("customer").prefetch_related(
        Prefetch("decisions", named.order_by("id"))
    )
    read = list(found.order_by("-local_on", "-id")[: size + 1])
    return page_of(read, size, lambda row: (str(row.local_on), row.pk))


def _steps(over_by: datetime | None) -> dict[str, Q]:
    is_over = over(over_by) & Q(invitation__is_anonymous=False)
    return {**STEPS, "over": is_over, "over_answered": is_over & STEPS["answered"]}


def _by(programme_id: int | None) -> Q:
    return Q() if programme_id is None else Q(programme=programme_id)


def _met(touchpoint_id: int, period: Period) -> QuerySet[Interaction]:
    return Interaction.objects.filter(
        touchpoint=touchpoint_id,
        is_test=False,
        local_on__range=(period.first, period.last),
    )


def _in_order(found: QuerySet[Touchpoint]) -> QuerySet[Touchpoint]:
    ordered = found.select_related("stage__journey").prefetch_related("programmes")
    return ordered.order_by("stage__journey__name", "stage__position", "name")
