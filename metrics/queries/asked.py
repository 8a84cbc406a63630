"""Who stands behind a response rate: the questions of a cohort, each with what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery

from kit.keysets import Page, page_of, read_day_key
from kit.periods import Period
from metrics.models import CountedAsk
from surveys.models import Invitation
from surveys.queries.contexts import Segments, having

SIZE = 50
# As the rate tells them apart (metrics.queries.rates), by the names that addresses use.
BECAME: Mapping[str, Sequence[str]] = {
    "answered": ("finished", "began"),
    "reached": ("reached",),
    "silent": ("silent",),
    "bounced": ("bounced",),
    "opted_out": ("opted_out",),
    "suspect": ("suspect",),
}


@dataclass(frozen=True, kw_only=True)
class AskedOne:
    """One question that left, and what became of it."""

    invitation: Invitation
    outcome: str


def asked_people(
    *,
    period: Period,
    programme_id: int | None = None,
    touchpoint_id: int | None = None,
    segments: Segments = (),
    became: str = "",
    after: str | None = None,
    size: int = SIZE,
) -> Page[AskedOne]:
    """Return the questions that left in these days, as the response rate counts them.

    The newest first; one statement.
    """
    told = CountedAsk.objects.filter(
        organisation_id=OuterRef("organisation_id"), invitation_id=OuterRef("pk")
    )
    part = {"programme": programme_id, "touchpoint": touchpoint_id}
    found = Invitation.objects.annotate(outcome=Subquery(told.values("outcome")[:1])).filter(
        having(segments),
        sent_on__range=(period.first, period.last),
        outcome__in=BECAME[became] if became else [one for each in BECAME.values() for one in each],
        **{name: value for name, value in part.items() if value is not None},
    )
    if after is not None:
        day, row_id = read_day_key(after)
        found = found.filter(Q(sent_on__lt=day) | Q(sent_on=day, id__lt=row_id))
    named = found.select_related("customer", "programme", "touchpoint")
    rows = list(named.order_by("-sent_on", "-id")[: size + 1])
    page = page_of(rows, size, lambda row: (str(row.sent_on), row.pk))
    return Page([AskedOne(invitation=row, outcome=row.outcome) for row in page.rows], page.after)
