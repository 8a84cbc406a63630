"""Make, change and remove the addresses that are told, and give them new secrets."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.actions.auditing import record_act
from accounts.models import Organisation
from accounts.rules.actors import Actor
from followup.actions.holding import hold_deliveries
from followup.models import WebhookDelivery, WebhookEndpoint
from followup.queries.endpoints import ADDRESS, SECRET, address_of
from followup.rules import signing
from followup.transport import NOT_CALLED, place_of
from kit import boxes
from kit.urls import BadUrl, origin_of, read_url

MOST = 50  # webhooks of one organisation: each is told everything, so each costs
OVERLAP = timedelta(hours=24)  # the old secret signs as well for so long
LONGEST_NAME = 120


class BadEndpoint(ValueError):
    """It cannot be made like this; `field` says where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TooMany(Exception):
    """There are as many as one organisation may have."""


@dataclass(frozen=True, kw_only=True)
class Details:
    """What a form says about a webhook."""

    name: str
    url: str
    events: tuple[str, ...]
    groups: tuple[str, ...] = ()
    programmes: tuple[int, ...] = ()
    touchpoints: tuple[int, ...] = ()
    detail: str = WebhookEndpoint.Detail.THIN


def read_address(text: str) -> str:
    """Return the address as it is called; plain http only where a network of one's own is named.

    What will never be called is refused here: else nothing would tell before the first delivery.
    """
    try:
        url = read_url(text, may_be_plain=bool(settings.WEBHOOK_NETWORKS))
    except BadUrl as refused:
        raise BadEndpoint("url", str(refused)) from refused
    if place_of(url).is_hopeless:
        raise BadEndpoint("url", NOT_CALLED)
    return url


def details_of(endpoint: WebhookEndpoint) -> Details:
    """Return what stands, as a form shows it; raises kit.boxes.Locked."""
    return Details(
        name=endpoint.name,
        url=address_of(endpoint),
        events=tuple(endpoint.events),
        groups=tuple(endpoint.groups),
        programmes=tuple(endpoint.programmes),
        touchpoints=tuple(endpoint.touchpoints),
        detail=endpoint.detail,
    )


def add_endpoint(
    *, organisation_id: int, details: Details, actor: Actor, now: datetime
) -> tuple[WebhookEndpoint, str]:
    """Make a webhook and its secret, which is returned this once; BadEndpoint and TooMany."""
    secret = new_secret()
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
        rows = WebhookEndpoint.objects.filter(kind=WebhookEndpoint.Kind.WEBHOOK)
        if rows.count() >= MOST:
            raise TooMany
        endpoint = WebhookEndpoint(
            organisation_id=organisation_id,
            secret=boxes.lock(SECRET, secret),
            secret_made_at=now,
            created_at=now,
            created_by=actor.name,
        )
        _write(endpoint, details)
        endpoint.save()
        record_act("webhook.created", endpoint, after=told_of(details), actor=actor, now=now)
    return endpoint, secret


def change_endpoint(
    *, endpoint: WebhookEndpoint, details: Details, actor: Actor, now: datetime
) -> WebhookEndpoint:
    """Write what the form says; what is queued already goes to the new address."""
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        before = _told_before(endpoint)
        moved = before.get("url") != origin_of(read_address(details.url)) or not _same(
            endpoint, details
        )
        _write(endpoint, details)
        if moved:  # the rest was earned by the other address
            endpoint.rest_until, endpoint.rests, endpoint.failing_since = None, 0, None
        endpoint.save()
        after = told_of(details) | ({"address_changed": True} if moved else {})
        record_act("webhook.edited", endpoint, before=before, after=after, actor=actor, now=now)
    return endpoint


def remove_endpoint(*, endpoint: WebhookEndpoint, actor: Actor, now: datetime) -> None:
    """Take it out with its log; what waits is not sent."""
    with transaction.atomic():
        before = {"name": endpoint.name, "url": endpoint.place}
        record_act("webhook.removed", endpoint, before=before, actor=actor, now=now)
        take_out(endpoint)


def take_out(endpoint: WebhookEndpoint) -> None:
    """Delete it with its log, a webhook or a chat; what is being queued for it comes first."""
    WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
    hold_deliveries(WebhookDelivery.objects.filter(endpoint=endpoint))
    endpoint.delete()


def rotate_secret(
    *, endpoint: WebhookEndpoint, is_leaked: bool, actor: Actor, now: datetime
) -> str:
    """Make a new secret and return it this once; for a day both sign, unless the old one leaked."""
    secret = new_secret()
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        endpoint.secret_before = "" if is_leaked else endpoint.secret
        endpoint.secret_before_until = None if is_leaked else now + OVERLAP
        endpoint.secret, endpoint.secret_made_at = boxes.lock(SECRET, secret), now
        endpoint.save()
        ends = "at once" if is_leaked else "in a day"
        after = {"name": endpoint.name, "old_one_ends": ends}
        record_act("webhook.rotated", endpoint, after=after, actor=actor, now=now)
    return secret


def new_secret() -> str:
    return signing.written(secrets.token_bytes(signing.BYTES))


def told_of(details: Details) -> dict[str, Any]:
    """What the audit trail says; of the address only where it leads."""
    return {
        "name": details.name,
        "url": origin_of(details.url),
        "events": sorted(details.events),
        "groups": sorted(details.groups),
        "programmes": sorted(details.programmes),
        "touchpoints": sorted(details.touchpoints),
        "detail": details.detail,
    }


def _told_before(endpoint: WebhookEndpoint) -> dict[str, Any]:
    try:
        return told_of(details_of(endpoint))
    except boxes.Locked:
        return {"name": endpoint.name, "url": endpoint.place}


def _same(endpoint: WebhookEndpoint, details: Details) -> bool:
    try:
        return address_of(endpoint) == read_address(details.url)
    except boxes.Locked:
        return False


def _write(endpoint: WebhookEndpoint, details: Details) -> None:
    url = read_address(details.url)
    endpoint.name = details.name
    endpoint.address, endpoint.place = boxes.lock(ADDRESS, url), origin_of(url)
    endpoint.events = sorted(details.events)
    endpoint.groups = sorted(details.groups)
    endpoint.programmes = sorted(details.programmes)
    endpoint.touchpoints = sorted(details.touchpoints)
    endpoint.detail = details.detail
