"""Whom to talk to: customers who have both, by how they were served and how they feel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from kit.keysets import Page, page_of, read_day_key
from kit.periods import Period
from metrics.models import CountedAnswer
from metrics.rules.dimensions import GOOD, POOR, STATE_180, STATE_DAYS
from metrics.statistics.definitions import DEFAULTS
from metrics.statistics.quadrants import Felt, Served
from surveys.models import Customer, Programme, Touchpoint

SIZE = 25
STATES = {Served.WELL: GOOD, Served.POORLY: POOR}
SCORES = {Felt.HIGH: (9, 10), Felt.MIDDLE: (7, 8), Felt.LOW: (0, 6)}
SERVICE_AGE = timedelta(days=STATE_DAYS[STATE_180])
# Beyond the programme's rhythm an answer stays good for action this long.
GRACE = timedelta(days=30)
MONTH = timedelta(days=31)
USUAL_MONTHS = 12
# What a service is rated by; an NPS right after a contact is about the company.
RATINGS = [one.question for one in DEFAULTS.values() if one.cut is not None]


@dataclass(frozen=True, kw_only=True)
class Named:
    """One customer with her relationship answer and her newest service answer."""

    customer: Customer
    response_id: int
    score: int
    felt: Felt
    served: Served
    on: date
    service: int | None = None
    service_id: int | None = None
    service_on: date | None = None


def names_for_action(
    *, today: date, served: str = "", felt: str = "", after: str | None = None
) -> Page[Named]:
    """Return whom to act upon, the newest answers first.

    Her latest relationship answer is at most the programme's cadence and 30 days old, her
    newest service answer at most 180 days today: older news would be acted upon too late.
    """
    found = _placed(served, felt).filter(_recent(today), next_on__isnull=True)
    here = Customer.objects.filter(erased_at__isnull=True, archived_at__isnull=True)
    found = found.filter(
        customer_id__in=_served_since(today - SERVICE_AGE),
    ).filter(customer_id__in=here.values("pk"))
    if after is not None:
        on, row_id = read_day_key(after)
        found = found.filter(Q(local_on__lt=on) | Q(local_on=on, response_id__lt=row_id))
    rows = list(found.order_by("-local_on", "-response_id")[: SIZE + 1])
    cut = page_of(rows, SIZE, lambda row: (row.local_on.isoformat(), row.response_id))
    return Page(_named(cut.rows, since=today - SERVICE_AGE), cut.after)


def names_of(period: Period) -> list[Named]:
    """Return the few customers who have both in a period too thin for shares."""
    still = Q(next_on__isnull=True) | Q(next_on__gt=period.last)
    found = _placed("", "").filter(still, local_on__range=(period.first, period.last))
    rows = found.order_by("service_state_180", "score", "-local_on", "-response_id")
    return _named(rows[:SIZE], since=period.first - SERVICE_AGE)


def _placed(served: str, felt: str) -> QuerySet[CountedAnswer]:
    """The relationship answers of known customers who rated service, in these cells."""
    found = CountedAnswer.objects.filter(
        question="nps 0-10",
        is_relational=True,
        standing="counted",
        customer_id__isnull=False,
        service_state_180__in=[STATES[Served(served)]] if served else list(STATES.values()),
    )
    return found.filter(score__range=SCORES[Felt(felt)]) if felt else found


def _recent(today: date) -> Q:
    """Each programme by its own rhythm; one statement."""
    condition = Q(programme_id__in=[])
    programmes = Programme.objects.filter(kind=Programme.Kind.RELATIONAL)
    for pk, months in programmes.values_list("pk", "cadence_months"):
        since = today - MONTH * (months or USUAL_MONTHS) - GRACE
        condition |= Q(programme_id=pk, local_on__gte=since)
    return condition


def _service() -> QuerySet[CountedAnswer]:
    places = Touchpoint.objects.filter(kind=Touchpoint.Kind.SERVICE)
    return CountedAnswer.objects.filter(
        question__in=RATINGS,
        is_relational=False,
        standing="counted",
        customer_id__isnull=False,
        touchpoint_id__in=places.values("pk"),
    )


def _served_since(first: date) -> QuerySet[CountedAnswer, int | None]:
    return _service().filter(local_on__gt=first).values_list("customer_id", flat=True)


def _named(rows: Iterable[CountedAnswer], *, since: date) -> list[Named]:
    answers = list(rows)
    ids = [row.customer_id for row in answers]
    people = Customer.objects.select_related("company").in_bulk([pk for pk in ids if pk])
    newest = _newest_service(ids, since)
    return [
        _one(row, people[row.customer_id], newest.get(row.customer_id))
        for row in answers
        if row.customer_id in people
    ]


def _newest_service(ids: Sequence[int | None], since: date) -> Mapping[int | None, CountedAnswer]:
    found = _service().filter(customer_id__in=ids, local_on__gt=since)
    return {row.customer_id: row for row in found.order_by("answered_at", "response_id")}


def _one(row: CountedAnswer, customer: Customer, service: CountedAnswer | None) -> Named:
    return Named(
        customer=customer,
        response_id=row.response_id,
        score=row.score,
        felt=next(felt for felt, (low, high) in SCORES.items() if low <= row.score <= high),
        served=Served.WELL if row.service_state_180 == GOOD else Served.POORLY,
        on=row.local_on,
        service=None if service is None else service.score,
        service_id=None if service is None else service.response_id,
        service_on=None if service is None else service.local_on,
    )
