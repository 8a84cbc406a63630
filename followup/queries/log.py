"""Webhooks and their logs, as lists show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from followup.models import WebhookDelivery, WebhookEndpoint
from kit.keysets import Page, page_of, read_key

SIZE = 50
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Health:
    """How an address does, honestly: what waits, what failed, and since when."""

    state: str  # works, failing, paused, off, new
    waiting: int
    delivered: int  # in the last day
    failed: int  # in the last day


def webhooks() -> QuerySet[WebhookEndpoint]:
    rows = WebhookEndpoint.objects.filter(kind=WebhookEndpoint.Kind.WEBHOOK)
    return rows.order_by("name", "id")


def state_of(endpoint: WebhookEndpoint) -> str:
    """One word for what happens to a message now."""
    if endpoint.off_at is not None:
        return "off"
    if endpoint.paused_at is not None:
        return "paused"
    if endpoint.failing_since is not None:
        return "failing"
    return "works" if endpoint.last_success_at is not None else "new"


def health(endpoints: list[WebhookEndpoint], now: datetime) -> Mapping[int, Health]:
    """How each of them does, in one query."""
    recent = Q(finished_at__gte=now - DAY)
    rows = WebhookDelivery.objects.filter(endpoint__in=endpoints).values_list("endpoint_id")
    counted = {
        row[0]: row[1:]
        for row in rows.annotate(
            waiting=Count("id", filter=Q(state="waiting")),
            delivered=Count("id", filter=recent & Q(state="delivered")),
            failed=Count("id", filter=recent & Q(state="failed")),
        ).order_by("endpoint_id")
    }
    return {one.pk: _health(one, *counted.get(one.pk, (0, 0, 0))) for one in endpoints}


def _health(endpoint: WebhookEndpoint, waiting: int, delivered: int, failed: int) -> Health:
    return Health(state=state_of(endpoint), waiting=waiting, delivered=delivered, failed=failed)


def deliveries(
    endpoint: WebhookEndpoint, *, state: str = "", type_: str = "", after: str | None = None
) -> Page[WebhookDelivery]:
    """The log of one address, newest first."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if type_:
        rows = rows.filter(type=type_)
    if after is not None:
        (row_id,) = read_key(after, int)
        rows = rows.filter(id__lt=row_id)
    return page_of(list(rows[: SIZE + 1]), SIZE, lambda row: (row.pk,))
