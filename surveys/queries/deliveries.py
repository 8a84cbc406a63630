"""How a programme's mails fare: from chosen to finished, by the day they left, and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, Min, Q

from accounts.models.outgoing import State
from kit.periods import Period, bounds
from surveys.models import Brake, Decision, Invitation, Message
from surveys.queries.contexts import Segments, having
from surveys.queries.steps import STEPS, met_at, over

MOST_UNCERTAIN = 50
HOUR = timedelta(hours=1)
COHORTS = """
    SELECT date_trunc(%(step)s, i.sent_on)::date AS begins, count(*) AS sent,
        count(*) FILTER (WHERE i.delivered_at IS NOT NULL) AS delivered,
        count(*) FILTER (WHERE i.bounced_at IS NOT NULL) AS bounced,
        count(*) FILTER (WHERE i.complained_at IS NOT NULL) AS complained,
        count(*) FILTER (WHERE i.answered_at IS NOT NULL) AS began,
        count(*) FILTER (WHERE i.finished_at IS NOT NULL) AS finished
    FROM surveys_invitation i
    WHERE i.programme_id = %(programme)s AND NOT i.is_test
        AND i.sent_on BETWEEN %(first)s AND %(last)s
        AND (%(touchpoint)s::bigint IS NULL OR i.touchpoint_id = %(touchpoint)s)
        AND NOT EXISTS (
            SELECT FROM unnest(%(keys)s::text[], %(values)s::text[]) AS s (key, value)
            WHERE i.context ->> s.key IS DISTINCT FROM s.value
        )
    GROUP BY 1 ORDER BY 1 DESC
"""


@dataclass(frozen=True, kw_only=True)
class DeliveryFunnel:
    """The customers looked at in some days, by how far it came with them.

    `over`: chosen, and the time to answer was over by some instant, so that they can be
    compared. Of a segment only those chosen are known.
    """

    considered: int
    declined: int
    chosen: int
    over: int
    over_answered: int
    sent: int
    delivered: int
    bounced: int
    complained: int
    began: int
    finished: int


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """The mails that left on one day, or in the week that begins on it."""

    begins: date
    sent: int
    delivered: int
    bounced: int
    complained: int
    began: int
    finished: int


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """What leaves now: how many wait, since when the oldest is due, how many left in an hour."""

    waiting: int
    due: int
    oldest_due_at: datetime | None
    next_due_at: datetime | None
    last_hour: int
    uncertain: int


def delivery_funnel(
    *,
    programme_id: int,
    period: Period,
    zone_name: str,
    over_by: datetime,
    touchpoint_id: int | None = None,
    segments: Segments = (),
) -> DeliveryFunnel:
    """Follow the decisions of the organisation's days to the end; one statement."""
    begins, ends = bounds(period, zone_name)
    is_over = over(over_by)
    made = Decision.objects.filter(
        Q(invitation__isnull=True) | Q(invitation__is_test=False),
        met_at(touchpoint_id),
        having(segments, "invitation__context"),
        programme=programme_id,
        decided_at__gte=begins,
        decided_at__lt=ends,
    )
    counts = made.aggregate(
        considered=Count("id"),
        declined=Count("id", filter=Q(is_asked=False)),
        chosen=Count("id", filter=Q(is_asked=True)),
        over=Count("id", filter=is_over),
        over_answered=Count("id", filter=is_over & STEPS["answered"]),
        sent=Count("id", filter=STEPS["left"]),
        delivered=Count("id", filter=STEPS["delivered"]),
        bounced=Count("id", filter=STEPS["bounced"]),
        complained=Count("id", filter=STEPS["complained"]),
        began=Count("id", filter=STEPS["answered"]),
        finished=Count("id", filter=STEPS["finished"]),
    )
    return DeliveryFunnel(**counts)


def cohorts(
    *,
    programme_id: int,
    period: Period,
    by_week: bool,
    touchpoint_id: int | None = None,
    segments: Segments = (),
) -> Sequence[Cohort]:
    """Count the mails by the day or week they left, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            COHORTS,
            {
                "programme": programme_id,
                "touchpoint": touchpoint_id,
                "keys": [key for key, _ in segments],
                "values": [value for _, value in segments],
                "step": "week" if by_week else "day",
                "first": period.first,
                "last": period.last,
            },
        )
        names = [column.name for column in cursor.description]
        return [Cohort(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def outgoing(*, programme_id: int, now: datetime) -> Outgoing:
    """What of the programme waits, is late, has just left, or is in doubt; two statements."""
    mails = Message.objects.filter(invitation__programme=programme_id)
    waits = mails.filter(state__in=[State.QUEUED, State.CLAIMED, State.HANDING_OVER])
    due = Q(state=State.QUEUED, due_at__lte=now)
    waiting = waits.aggregate(
        waiting=Count("id"),
        due=Count("id", filter=due),
        oldest_due_at=Min("due_at", filter=due),
        next_due_at=Min("due_at", filter=Q(state=State.QUEUED, due_at__gt=now)),
    )
    # The day, with one to spare for time zones, is what the index knows.
    lately = Q(sent_at__gt=now - HOUR, sent_on__gte=now.date() - timedelta(days=1))
    recent = Invitation.objects.filter(lately, programme=programme_id)
    return Outgoing(
        **waiting,
        last_hour=recent.count(),
        uncertain=mails.filter(state=State.UNCERTAIN).count(),
    )


def uncertain_messages(*, programme_id: int) -> Sequence[Message]:
    """The newest mails of which nobody knows, with their customers."""
    found = Message.objects.filter(invitation__programme=programme_id, state=State.UNCERTAIN)
    return list(
        found.select_related("invitation__customer").order_by("-handing_over_at", "-id")[
            :MOST_UNCERTAIN
        ]
    )


def open_brakes(*, programme_id: int | None = None) -> Sequence[Brake]:
    """What stops the programme's mails, for it alone or for all; without one, all that stops."""
    in_use = Q(programme=None) | Q(programme__archived_at__isnull=True)
    found = Brake.objects.filter(in_use, released_at__isnull=True).select_related("programme")
    if programme_id is not None:
        found = found.filter(Q(programme=None) | Q(programme=programme_id))
    return list(found.order_by("pulled_at"))
