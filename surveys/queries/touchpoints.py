"""Touchpoints in the order of their journeys, and what a form offers about them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from kit.periods import Period
from surveys.models import Decision, Interaction, Invitation, Stage, Touchpoint
from surveys.queries.contexts import Segments, having
from surveys.queries.programmes import RuleCount


@dataclass(frozen=True, kw_only=True)
class AskedOrNot:
    """What became of the interactions at one touchpoint in some days.

    `over`: asked, and the time to answer was over by some instant, so that they can be
    compared. Of a segment only those asked are known.
    """

    interactions: int
    decided: int
    asked: int
    over: int
    over_answered: int
    sent: int
    bounced: int
    answered: int

    @property
    def delivered(self) -> int:
        return self.sent - self.bounced


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
        asked=Count("interaction", distinct=True, filter=Q(is_asked=True)),
    )
    invited = Invitation.objects.filter(
        _by(programme_id), having(segments), interaction__in=met.values("id"), is_test=False
    )
    outcome = invited.aggregate(
        # Of an anonymous one nobody knows whether it was answered.
        over=Count("id", filter=Q(expires_at__lte=over_by, is_anonymous=False)),
        over_answered=Count("id", filter=Q(expires_at__lte=over_by, answered_at__isnull=False)),
        sent=Count("id", filter=Q(sent_at__isnull=False)),
        bounced=Count("id", filter=Q(sent_at__isnull=False, bounced_at__isnull=False)),
        answered=Count("id", filter=Q(answered_at__isnull=False)),
    )
    return AskedOrNot(interactions=met.count(), **counts, **outcome)


def rules_at(
    *, touchpoint_id: int, period: Period, programme_id: int | None = None
) -> list[RuleCount]:
    """Count the decisions about these interactions by rule, the most frequent first."""
    about = Decision.objects.filter(
        _by(programme_id), interaction__in=_met(touchpoint_id, period).values("id")
    )
    counted = about.values("rule", "is_asked").annotate(count=Count("id"))
    return [RuleCount(**row) for row in counted.order_by("-is_asked", "-count", "rule")]


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
