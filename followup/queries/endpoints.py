"""Addresses as their work needs them: what they want to hear of, and their secrets unlocked."""

from datetime import datetime

from followup.models import WebhookEndpoint
from followup.rules.happenings import Filter
from kit import boxes

ADDRESS, SECRET = "webhook address", "webhook secret"


def listening() -> list[WebhookEndpoint]:
    """Those that are told what happens; a paused one is told later."""
    rows = WebhookEndpoint.objects.filter(kind=WebhookEndpoint.Kind.WEBHOOK, off_at__isnull=True)
    return list(rows.order_by("id"))


def filter_of(endpoint: WebhookEndpoint) -> Filter:
    return Filter(
        frozenset(endpoint.events),
        frozenset(endpoint.groups),
        frozenset(endpoint.programmes),
        frozenset(endpoint.touchpoints),
    )


def address_of(endpoint: WebhookEndpoint) -> str:
    """Raises kit.boxes.Locked where its key was taken away."""
    return boxes.unlock(ADDRESS, endpoint.address)


def secrets_of(endpoint: WebhookEndpoint, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first; a chat has none."""
    until = endpoint.secret_before_until
    before = [endpoint.secret_before] if until is not None and until > now else []
    return [boxes.unlock(SECRET, one) for one in (endpoint.secret, *before) if one]
