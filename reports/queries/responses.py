"""The answers behind every number: filtered as the number was counted, newest first."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Count, Q

from kit.keysets import BadKey, Page, page_of, read_key
from reports.queries.narrowed import filtered
from reports.queries.wanted import Wanted
from surveys.models import Response
from surveys.queries.searching import marked

SIZE = 25


def responses(wanted: Wanted, *, after: str | None = None, size: int = SIZE) -> Page[Response]:
    """Return the newest answers first, with customers, programmes and touchpoints.

    Where words were looked for, `told` is the comment with what was found marked in it.
    """
    found = filtered(wanted).select_related("customer", "programme", "touchpoint")
    if wanted.words:
        found = found.annotate(told=marked(" ".join(wanted.words)))
    if after is not None:
        at, row_id = place_of(after)
        found = found.filter(Q(answered_at__lt=at) | Q(answered_at=at, id__lt=row_id))
    rows = list(found.order_by("-answered_at", "-id")[: size + 1])
    return page_of(rows, size, lambda row: (row.answered_at.isoformat(), row.pk))


def count_responses(wanted: Wanted) -> int:
    return filtered(wanted).count()


def count_by_origin(wanted: Wanted) -> dict[str, int]:
    """Return how many came each way, the commonest first; whichever way the list is narrowed to."""
    rows = filtered(replace(wanted, origin="")).order_by().values_list("origin")
    return dict(rows.annotate(n=Count("id")).order_by("-n", "origin"))


def answered_between() -> tuple[datetime, datetime] | None:
    """Return when the first and the last answer came, or None without any."""
    scored = Response.objects.filter(score__isnull=False)
    first = scored.order_by("answered_at").values_list("answered_at", flat=True).first()
    last = scored.order_by("-answered_at").values_list("answered_at", flat=True).first()
    return None if first is None or last is None else (first, last)


def place_of(after: str) -> tuple[datetime, int]:
    at, row_id = read_key(after, str, int)
    try:
        moment = datetime.fromisoformat(str(at))
    except ValueError as error:
        raise BadKey("This place in the list does not exist.") from error
    if moment.tzinfo is None:
        raise BadKey("This place in the list does not exist.")
    return moment, int(row_id)
