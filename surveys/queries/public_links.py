"""Public links of a programme, and what came by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Max, Q, Value, When

from kit.keysets import Page, page_of, read_key
from surveys.models import PublicLink, Response

Came = tuple[int, int, int, datetime | None]
NOTHING: Came = (0, 0, 0, None)
OPEN, CLOSED, REVOKED = "open", "closed", "revoked"
SIZE = 50


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link with its answers: those that count, suspected machines, what staff took out."""

    link: PublicLink
    answers: int
    suspects: int
    excluded: int
    last_at: datetime | None
    state: str


def public_links(
    *,
    programme_id: int,
    now: datetime,
    kind: str = PublicLink.Kind.LINK,
    after: str | None = None,
    size: int = SIZE,
) -> Page[LinkRow]:
    """Return the links of the programme with what came by each, open ones first; two statements."""
    is_open = Case(When(_open(now), then=Value(1)), default=Value(0))
    found = PublicLink.objects.filter(programme=programme_id, kind=kind).annotate(is_open=is_open)
    if after is not None:
        was_open, row_id = read_key(after, int, int)
        found = found.filter(Q(is_open__lt=was_open) | Q(is_open=was_open, id__lt=row_id))
    links = list(found.select_related("touchpoint").order_by("-is_open", "-id")[: size + 1])
    page = page_of(links, size, lambda link: (link.is_open, link.pk))
    came = _came_by([link.pk for link in page.rows])
    return Page([_row(link, came, now) for link in page.rows], page.after)


def link_of(link_id: int, now: datetime) -> PublicLink | None:
    """Return an open link with all that its texts are made of."""
    rows = PublicLink.objects.select_related("programme__survey", "touchpoint", "organisation")
    link = rows.filter(pk=link_id, programme__archived_at__isnull=True).first()
    return link if link is not None and state_of(link, now) == OPEN else None


def link_row(link: PublicLink, now: datetime) -> LinkRow:
    """Return one link with what came by it."""
    return _row(link, _came_by([link.pk]), now)


def open_links(*, programme_id: int, now: datetime) -> dict[str, int]:
    """Return how many links of each kind take answers of the programme."""
    found = PublicLink.objects.filter(_open(now), programme=programme_id)
    counted = found.order_by().values_list("kind").annotate(many=Count("id"))
    return dict.fromkeys(PublicLink.Kind.values, 0) | dict(counted)


def _open(now: datetime) -> Q:
    lasting = Q(closes_at__isnull=True) | Q(closes_at__gt=now)
    return lasting & Q(revoked_at__isnull=True)


def state_of(link: PublicLink, now: datetime) -> str:
    if link.revoked_at is not None:
        return REVOKED
    return CLOSED if link.closes_at is not None and link.closes_at <= now else OPEN


def _row(link: PublicLink, came: Mapping[int, Came], now: datetime) -> LinkRow:
    answers, suspects, excluded, last_at = came.get(link.pk, NOTHING)
    return LinkRow(link, answers, suspects, excluded, last_at, state_of(link, now))


def _came_by(link_ids: list[int]) -> dict[int, Came]:
    """What came by each link that anything came by."""
    standing = Response.Standing
    found = (
        Response.objects.filter(public_link__in=link_ids)
        .order_by()
        .values_list("public_link")
        .annotate(
            counted=Count("id", filter=Q(standing=standing.COUNTED)),
            suspect=Count("id", filter=Q(standing=standing.SUSPECT)),
            excluded=Count("id", filter=Q(standing=standing.EXCLUDED)),
            last=Max("answered_at"),
        )
    )
    return {link: (*counts, last) for link, *counts, last in found if link}
