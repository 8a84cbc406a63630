"""Programmes with whom they ask, how far their questions came, and what was decided."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from kit.keysets import Page, page_of, read_key
from kit.periods import Period, bounds
from surveys.models import (
    Customer,
    Decision,
    Invitation,
    Message,
    Programme,
    SurveyVersion,
)
from surveys.models.programmes import ProgrammeTouchpoint
from surveys.queries.contexts import Segments, having
from surveys.queries.customers import called
from surveys.queries.steps import LOST, STEPS, WAITING, met_at, over
from surveys.rules.asking import Rule

SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """How far the questions of some days came; each step is a part of those asked.

    `over`: those whose time to answer was over by some instant, so that they can be compared.
    """

    asked: int
    over: int
    over_answered: int
    waiting: int
    sent: int
    uncertain: int
    lost: int
    bounced: int
    opted_out: int
    answered: int
    finished: int
    reminded: int = 0


@dataclass(frozen=True, kw_only=True)
class RuleCount:
    """How often one rule decided, and which way."""

    rule: str
    is_asked: bool
    count: int


@dataclass(frozen=True, kw_only=True)
class Which:
    """What a list of decisions is narrowed by: about whom, which way, by which rule, how far.

    `by_leaving`: the days are those on which the question left. Of a segment only those are
    known who were asked. `over_by`: until when "over" means that nobody could answer any more.
    """

    words: str = ""
    is_asked: bool | None = None
    rule: str = ""
    came: str = ""
    by_leaving: bool = False
    over_by: datetime | None = None
    segments: Segments = ()
    occasion: str = ""  # what a wave calls its decisions

    @property
    def of_whatever_outcome(self) -> "Which":
        return replace(self, is_asked=None, rule="")


EVERY = Which()


def programmes() -> list[Programme]:
    """Return the programmes in use with their surveys and touchpoints, in three queries."""
    rows = Programme.objects.filter(archived_at__isnull=True).select_related("survey")
    return list(rows.prefetch_related("touchpoints").order_by("name"))


def running() -> list[Programme]:
    """Return the programmes that ask now."""
    rows = Programme.objects.filter(is_on=True, archived_at__isnull=True)
    return list(rows.order_by("name"))


def asks_of_the_relationship() -> bool:
    """Whether a programme in use asks of the relationship by name, answered or not."""
    return Programme.objects.filter(
        kind=Programme.Kind.RELATIONAL, is_anonymous=False, archived_at__isnull=True
    ).exists()


def programme_choices() -> list[tuple[int, str]]:
    return list(Programme.objects.order_by("name").values_list("id", "name"))


def every_choice() -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Return the programmes that figures can be narrowed by, and the anonymous ones; one query."""
    rows = Programme.objects.order_by("name").values_list("id", "name", "is_anonymous")
    known = list(rows)
    return (
        [(pk, name) for pk, name, is_anonymous in known if not is_anonymous],
        [(pk, name) for pk, name, is_anonymous in known if is_anonymous],
    )


def counted_choices() -> list[tuple[int, str]]:
    """Return the programmes by which figures and answers can be narrowed."""
    rows = Programme.objects.filter(is_anonymous=False)
    return list(rows.order_by("name").values_list("id", "name"))


def asking_choices() -> list[tuple[int, str]]:
    """Return the programmes that can be told to ask somebody now."""
    rows = Programme.objects.filter(archived_at__isnull=True)
    return list(rows.order_by("name").values_list("id", "name"))


def newest_versions(survey_ids: Collection[int]) -> dict[int, int]:
    """Return the ids of the versions that are asked now; a survey without one is left out."""
    rows = SurveyVersion.objects.filter(survey__in=survey_ids, number__gt=0)  # 0 is a trial
    newest = rows.order_by("survey_id", "-number").distinct("survey_id")
    return dict(newest.values_list("survey_id", "id"))


def touchpoint_ids_of(programme: Programme) -> list[int]:
    found = ProgrammeTouchpoint.objects.filter(programme=programme).order_by("touchpoint_id")
    return list(found.values_list("touchpoint_id", flat=True))


def funnel(
    *,
    programme_id: int,
    period: Period,
    zone_name: str,
    over_by: datetime,
    touchpoint_id: int | None = None,
    segments: Segments = (),
) -> Funnel:
    """Count the invitations made in the organisation's days by how far they came."""
    made = Invitation.objects.filter(
        _within("created_at", period, zone_name),
        Q() if touchpoint_id is None else Q(touchpoint=touchpoint_id),
        having(segments),
        programme=programme_id,
        is_test=False,
    )
    counts = made.aggregate(
        asked=Count("id"),
        over=Count("id", filter=Q(expires_at__lte=over_by)),
        over_answered=Count("id", filter=Q(expires_at__lte=over_by, answered_at__isnull=False)),
        bounced=Count("id", filter=Q(bounced_at__isnull=False)),
        opted_out=Count("id", filter=Q(opted_out_at__isnull=False)),
        answered=Count("id", filter=Q(answered_at__isnull=False)),
        finished=Count("id", filter=Q(finished_at__isnull=False)),
    )
    all_mails = Message.objects.filter(invitation__in=made.values("id"))
    mails = all_mails.exclude(about__contains=":reminder:").aggregate(
        waiting=Count("id", filter=Q(state__in=WAITING)),
        sent=Count("id", filter=Q(state="sent")),
        uncertain=Count("id", filter=Q(state="uncertain")),
        lost=Count("id", filter=Q(state__in=LOST)),
    )
    reminders = all_mails.filter(about__contains=":reminder:", state="sent")
    return Funnel(**counts, **mails, reminded=reminders.count())


def rule_counts(
    *,
    programme_id: int,
    period: Period,
    zone_name: str,
    touchpoint_id: int | None = None,
    which: Which = EVERY,
) -> Sequence[RuleCount]:
    """Count the decisions of the organisation's days by rule, the most frequent first."""
    rows = _decided(programme_id, period, zone_name, touchpoint_id, which.of_whatever_outcome)
    counted = rows.values("rule", "is_asked").annotate(count=Count("id"))
    return [RuleCount(**row) for row in counted.order_by("-is_asked", "-count", "rule")]


def decisions(
    *,
    programme_id: int,
    period: Period,
    zone_name: str,
    touchpoint_id: int | None = None,
    which: Which = EVERY,
    after: str | None = None,
    size: int = SIZE,
) -> Page[Decision]:
    """Return the newest decisions with the customers they are about."""
    rows = _decided(programme_id, period, zone_name, touchpoint_id, which)
    if after is not None:
        (row_id,) = read_key(after, int)
        rows = rows.filter(id__lt=row_id)
    found = rows.select_related("customer", "interaction__touchpoint").order_by("-id")[: size + 1]
    return page_of(list(found), size, lambda row: (row.pk,))


def _decided(
    programme_id: int, period: Period, zone_name: str, touchpoint_id: int | None, which: Which
) -> QuerySet[Decision]:
    days = (
        Q(invitation__sent_on__range=(period.first, period.last))
        if which.by_leaving
        else _within("decided_at", period, zone_name)
    )
    rows = Decision.objects.filter(
        days,
        met_at(touchpoint_id),
        _asked(which),
        having(which.segments, "invitation__context"),
        programme=programme_id,
    )
    if which.words.strip():
        rows = rows.filter(customer__in=Customer.objects.filter(called(which.words)).values("id"))
    if which.is_asked is not None:
        rows = rows.filter(is_asked=which.is_asked)
    if which.rule:
        rows = rows.filter(rule=which.rule)
    if which.occasion:
        rows = rows.filter(occasion=which.occasion)
    return rows.exclude(rule=Rule.TRIAL)  # a colleague who tried the survey is no customer


def _asked(which: Which) -> Q:
    if not (which.came or which.by_leaving):
        return Q()
    came = over(which.over_by) if which.came == "over" else STEPS.get(which.came, Q())
    return came & Q(invitation__is_test=False)


def _within(field: str, period: Period, zone_name: str) -> Q:
    """Say that an instant lies in the period's days; the next midnight belongs to the next day."""
    begins, ends = bounds(period, zone_name)
    return Q(**{f"{field}__gte": begins, f"{field}__lt": ends})
