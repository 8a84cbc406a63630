"""Webhooks and what they were told, in words."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from followup.models import WebhookDelivery, WebhookEndpoint
from followup.queries.log import Health

STATES = {
    "works": ("works", "promoter"),
    "failing": ("failing", "detractor"),
    "paused": ("paused", "hollow"),
    "off": ("switched off", "detractor"),
    "new": ("nothing sent yet", "hollow"),
}
SENT = {
    "waiting": ("waiting", "hollow"),
    "delivered": ("delivered", "promoter"),
    "failed": ("given up", "detractor"),
    "dropped": ("not sent", "hollow"),
}
GROUPS: Mapping[str, str] = {
    "low": "bad answers",
    "middle": "answers in between",
    "high": "good answers",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One webhook of the list."""

    endpoint: WebhookEndpoint
    health: Health
    state: str
    colour: str
    told: str


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One message of the log."""

    row: WebhookDelivery
    state: str
    colour: str
    is_repeated: bool


def lines_of(endpoints: Sequence[WebhookEndpoint], known: Mapping[int, Health]) -> list[Line]:
    return [line_of(one, known[one.pk]) for one in endpoints]


def line_of(endpoint: WebhookEndpoint, health: Health) -> Line:
    state, colour = STATES[health.state]
    return Line(
        endpoint=endpoint, health=health, state=state, colour=colour, told=_told(endpoint.events)
    )


def sent_of(rows: Iterable[WebhookDelivery], now: datetime) -> list[Sent]:
    return [one_sent(row, now) for row in rows]


def one_sent(row: WebhookDelivery, now: datetime) -> Sent:
    state, colour = SENT[row.state]
    is_repeated = row.state == "waiting" and row.attempts > row.tries_before and row.due_at > now
    return Sent(row=row, state=state, colour=colour, is_repeated=is_repeated)


def narrowed(
    endpoint: WebhookEndpoint, programmes: Mapping[int, str], touchpoints: Mapping[int, str]
) -> list[str]:
    """What it hears of only, in words; nothing where it hears of everything."""
    return [
        *(GROUPS[one] for one in endpoint.groups),
        *(programmes.get(one, f"programme {one}") for one in endpoint.programmes),
        *(touchpoints.get(one, f"touchpoint {one}") for one in endpoint.touchpoints),
    ]


def indented(body: str) -> str:
    """JSON as a person reads it; anything else as it is."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body


def _told(events: Sequence[str]) -> str:
    if len(events) <= 3:
        return ", ".join(events)
    return f"{events[0]}, {events[1]} and {len(events) - 2} more"
