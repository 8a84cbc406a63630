"""Send again: one message, all of a period, or a test that tells whether anybody listens."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.actions.auditing import record_act
from accounts.rules.actors import Actor
from events.dispatching import Happening
from events.kinds import Kind
from events.models import Event
from followup.actions.holding import hold_deliveries, hold_endpoint
from followup.actions.queueing import queue_for
from followup.models import WebhookDelivery, WebhookEndpoint
from followup.rules.happenings import BY_KIND, TEST

MOST_REPLAYED = 10_000  # events in one go: what is more comes in two


class TooManyEvents(Exception):
    """More happened in the period than one replay takes up."""


def send_again(*, delivery: WebhookDelivery, actor: Actor, now: datetime) -> None:
    """Send it under the same id, as often as a new one would be tried."""
    _queue_again(WebhookDelivery.objects.filter(pk=delivery.pk), now)
    after = {"webhook_id": delivery.webhook_id}
    record_act("webhook.sent_again", delivery.endpoint, after=after, actor=actor, now=now)


def send_test(*, endpoint: WebhookEndpoint, actor: Actor, now: datetime) -> WebhookDelivery:
    """Queue a message that says nothing but that it is one."""
    test = WebhookDelivery.objects.create(
        organisation_id=endpoint.organisation_id,
        endpoint=endpoint,
        webhook_id=f"{TEST}_{secrets.token_hex(12)}",
        type=TEST,
        subject=0,
        at=now,
        created_at=now,
        due_at=now,
    )
    after = {"webhook_id": test.webhook_id}
    record_act("webhook.tested", endpoint, after=after, actor=actor, now=now)
    return test


def replay(
    *,
    endpoint: WebhookEndpoint,
    since: datetime,
    until: datetime,
    everything: bool,
    actor: Actor,
    now: datetime,
) -> int:
    """Send what happened in the period and did not arrive, or all of it; return how many.

    Also what happened before the address was known, or while it was switched off: the journal
    remembers. Raises TooManyEvents; then nothing is queued.
    """
    with transaction.atomic():
        hold_endpoint(endpoint.pk)
        # Before the missing ones are queued, which would be counted twice.
        again = _again(endpoint, since, until, everything=everything)
        count = _queue_again(again, now)
        waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state="waiting")
        before = waiting.count()
        queue_for([endpoint], _happened(endpoint, since, until), now)
        count += waiting.count() - before
        told = {"since": since, "until": until, "everything": everything, "messages": count}
        record_act("webhook.replayed", endpoint, after=told, actor=actor, now=now)
    return count


def _again(
    endpoint: WebhookEndpoint, since: datetime, until: datetime, *, everything: bool
) -> QuerySet[WebhookDelivery]:
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, at__gte=since, at__lt=until)
    return rows.exclude(state="waiting") if everything else rows.filter(state="failed")


def _queue_again(rows: QuerySet[WebhookDelivery], now: datetime) -> int:
    later = rows.filter(~Q(state="waiting") | Q(due_at__gt=now))
    return WebhookDelivery.objects.filter(pk__in=hold_deliveries(later)).update(
        state="waiting", due_at=now, finished_at=None, tries_before=F("attempts")
    )


def _happened(endpoint: WebhookEndpoint, since: datetime, until: datetime) -> list[Happening]:
    wanted = [kind for kind, type_ in BY_KIND.items() if type_.value in endpoint.events]
    rows = Event.objects.filter(kind__in=wanted, at__gte=since, at__lt=until).order_by("id")
    events = list(rows[: MOST_REPLAYED + 1])
    if len(events) > MOST_REPLAYED:
        raise TooManyEvents
    return [Happening(one.pk, Kind(one.kind), one.at, one.payload) for one in events]
