"""What a letter tells of answers of which somebody said that they were not hers."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from followup.queries.bad_answers import score_of, who_of
from surveys.models import Response

NAMED = 5


@dataclass(frozen=True, kw_only=True)
class News:
    """Whose addresses are to be checked, and where to look."""

    subject: str
    what: str
    button: str
    link: str
    organisation: str


def is_said(response_id: int) -> bool:
    """Whether somebody said so: staff take out what they wrote down in the same words."""
    return _out().filter(pk=response_id).exists()


def is_still_out(since: datetime) -> bool:
    """Whether any answer that was taken out since then is out."""
    return _out().filter(invitation__withdrawn_at__gte=since).exists()


def news(since: datetime) -> News:
    """Raises LookupError where none is left: all were put back, or their people erased."""
    rows = list(
        _out()
        .filter(invitation__withdrawn_at__gte=since, customer__erased_at__isnull=True)
        .select_related("organisation", "programme", "touchpoint", "customer__company")
        .order_by("-invitation__withdrawn_at", "-pk")
    )
    if not rows:
        raise LookupError("None of these answers is out any more.")
    home = f"{settings.BASE_URL}/o/{rows[0].organisation.slug}/"
    told = [f"{who_of(row)} ({_answer(row)})" for row in rows[:NAMED]]
    if len(rows) == 1:
        return News(
            subject="\u201cThis was not me\u201d: an address to check",
            what=f"Whoever opened the link for {told[0]} said: this was not me. The answer was "
            "taken out.",
            button="Check the address",
            link=f"{home}customers/{rows[0].customer_id}/",
            organisation=rows[0].organisation.name,
        )
    more = [f"{len(rows) - NAMED} more"] if len(rows) > NAMED else []
    return News(
        subject=f"\u201cThis was not me\u201d: {len(rows)} addresses to check",
        what=f"{len(rows)} answers were taken out because whoever opened the link said: this was "
        f"not me. They are of {'; '.join([*told, *more])}.",
        button="Show the answers",
        link=f"{home}responses/?days=365&standing=withdrawn",
        organisation=rows[0].organisation.name,
    )


def _answer(row: Response) -> str:
    return f"{score_of(row)} at {row.touchpoint.name if row.touchpoint else row.programme.name}"


def _out() -> QuerySet[Response]:
    """A test mail is no news."""
    rows = Response.objects.filter(invitation__withdrawn_at__isnull=False)
    return rows.exclude(standing=Response.Standing.TEST)
