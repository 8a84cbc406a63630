"""React to what happened: one delivery for each address that wants to hear of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from events.dispatching import Happening
from events.kinds import Kind
from followup.models import WebhookDelivery, WebhookEndpoint
from followup.queries.endpoints import filter_of, listening
from followup.queries.facts import facts_of
from followup.rules.happenings import BY_KIND, Fact, Type

TOLD = tuple(Kind(kind) for kind in BY_KIND)


def queue_deliveries(organisation_id: int, happenings: Sequence[Happening], now: datetime) -> None:  # noqa: ARG001
    """Write down who is to be told of it; repeating it writes nothing new."""
    endpoints = listening()
    wanted = {type_ for endpoint in endpoints for type_ in endpoint.events}
    heard = [event for event in happenings if BY_KIND[event.kind].value in wanted]
    if heard:
        queue_for(endpoints, heard, now)


def queue_for(
    endpoints: Iterable[WebhookEndpoint], happenings: Sequence[Happening], now: datetime
) -> int:
    """Queue what the addresses want to hear of these events; return how many that are."""
    facts = list(facts_of(happenings))
    filters = [(endpoint, filter_of(endpoint)) for endpoint in endpoints]
    rows = [
        _delivery(endpoint, event, type_, fact, now)
        for endpoint, wanted in filters
        for event, type_, fact in facts
        if wanted.admits(type_, fact)
    ]
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


def _delivery(
    endpoint: WebhookEndpoint, event: Happening, type_: Type, fact: Fact, now: datetime
) -> WebhookDelivery:
    return WebhookDelivery(
        organisation_id=endpoint.organisation_id,
        endpoint=endpoint,
        webhook_id=f"evt_{event.id}_{fact.subject}",
        type=type_.value,
        event=event.id,
        subject=fact.subject,
        customer_id=fact.customer,
        at=event.at,
        created_at=now,
        due_at=now,
    )
