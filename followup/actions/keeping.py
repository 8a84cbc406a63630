"""Keep what came back from an address: of each message, and of the address itself."""

import random
from collections.abc import Sequence
from datetime import datetime

from followup.actions.holding import hold_endpoint
from followup.actions.switching import switch_off
from followup.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from followup.rules.trying import PATIENCE, Outcome, Tried, pause_after, rest_after
from followup.transport import Parcel

Because = WebhookEndpoint.Because
_chance = random.SystemRandom()
HEALTH = ["last_success_at", "last_failure_at", "last_error"]
HEALTH += ["failing_since", "rest_until", "rests"]
FIELDS = ["state", "attempts", "due_at", "last_status", "last_error", "finished_at"]


def keep(endpoint_id: int, tried: Sequence[tuple[Parcel, Tried]], now: datetime) -> None:
    """Write down every try; called inside the organisation.

    Also when the claim has ended meanwhile: what was sent was sent.
    """
    endpoint = hold_endpoint(endpoint_id)
    rows = WebhookDelivery.objects.filter(pk__in=[parcel.id for parcel, _ in tried])
    held = {row.pk: row for row in rows.select_for_update(no_key=True).order_by("pk")}
    known = [(held[parcel.id], one) for parcel, one in tried if parcel.id in held]
    WebhookAttempt.objects.bulk_create([_attempt(row, one, now) for row, one in known])
    for row, one in known:
        _judge(row, one, now)
    WebhookDelivery.objects.bulk_update([row for row, _ in known], FIELDS)
    if endpoint is not None and tried:
        _judge_endpoint(endpoint, [one for _, one in tried], now)


def _attempt(row: WebhookDelivery, one: Tried, now: datetime) -> WebhookAttempt:
    return WebhookAttempt(
        organisation_id=row.organisation_id,
        delivery=row,
        number=row.attempts + 1,
        at=now,
        took_ms=one.took_ms,
        status=one.status,
        error=one.why,
        # Whoever answered may have repeated the name of somebody who was erased meanwhile.
        answer="" if row.emptied_at else one.answer,
    )


def _judge(row: WebhookDelivery, one: Tried, now: datetime) -> None:
    row.attempts += 1
    row.last_status, row.last_error = one.status, one.why
    pause = pause_after(row.attempts - row.tries_before, _chance.random(), one.retry_after)
    if one.outcome is Outcome.DELIVERED:
        row.state, row.finished_at = "delivered", now
    elif one.outcome is Outcome.GONE or pause is None:
        row.state, row.finished_at = "failed", now
    else:
        row.due_at = now + pause


def _judge_endpoint(endpoint: WebhookEndpoint, tried: Sequence[Tried], now: datetime) -> None:
    last = tried[-1]
    if any(one.outcome is Outcome.DELIVERED for one in tried):
        endpoint.last_success_at, endpoint.failing_since = now, None
    failures = [one for one in tried if one.outcome is not Outcome.DELIVERED]
    if failures:
        endpoint.last_failure_at, endpoint.last_error = now, failures[-1].why
        if last.outcome is not Outcome.DELIVERED:
            endpoint.failing_since = endpoint.failing_since or now
    if last.is_overloaded:
        endpoint.rest_until = now + rest_after(endpoint.rests, last.retry_after)
        endpoint.rests += 1
    else:
        endpoint.rest_until, endpoint.rests = None, 0
    endpoint.save(update_fields=HEALTH)
    if any(one.outcome is Outcome.GONE for one in tried):
        switch_off(endpoint=endpoint, because=Because.GONE, now=now)
    elif endpoint.failing_since and now - endpoint.failing_since >= PATIENCE:
        switch_off(endpoint=endpoint, because=Because.FAILING, now=now)
