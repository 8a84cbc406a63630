"""Acme's webhooks with what they were told lately, and who hears of bad answers."""

from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Membership
from cxapp.demo import OWNER
from followup.actions.endpoints import new_secret
from followup.models import (
    AlertRecipient,
    AlertRule,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from followup.queries.endpoints import ADDRESS, SECRET
from followup.queries.telling import bodies_of
from followup.rules.happenings import USUAL, Type
from kit import boxes, tenancy
from kit.urls import origin_of
from surveys.models import Response

DESK, LAKE = "Acme helpdesk", "Data warehouse"
SHOWN = 24
FALSE_START = 5  # the delivery that needed two tries


def load_webhooks(*, organisation_id: int, now: datetime) -> None:
    """One webhook that leads to the demo itself, one that waits, and who hears of bad answers."""
    desk = _endpoint(organisation_id, DESK, _desk_address(), now - timedelta(days=120))
    desk.events = sorted(one.value for one in USUAL)
    desk.detail = WebhookEndpoint.Detail.ANSWERS
    desk.save()
    lake = _endpoint(
        organisation_id, LAKE, "https://hooks.warehouse.example/cxapp", now - timedelta(days=40)
    )
    lake.events = sorted(one.value for one in Type)
    lake.paused_at = now - timedelta(days=2)
    lake.save()
    _tell(desk, now)
    _alert(organisation_id, now)


def follow_desk(organisation_id: int) -> None:
    """Another start may have found another free port; the helpdesk is where the console is."""
    url = _desk_address()
    with tenancy.organisation(organisation_id):
        WebhookEndpoint.objects.filter(name=DESK).update(
            address=boxes.lock(ADDRESS, url), place=origin_of(url)
        )


def _endpoint(organisation_id: int, name: str, url: str, at: datetime) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(
        organisation_id=organisation_id,
        name=name,
        address=boxes.lock(ADDRESS, url),
        place=origin_of(url),
        secret=boxes.lock(SECRET, new_secret()),
        secret_made_at=at,
        created_at=at,
        created_by=OWNER,
    )


def _desk_address() -> str:
    return settings.BASE_URL.replace("//localhost", "//127.0.0.1") + "/acme-desk/"


def _tell(desk: WebhookEndpoint, now: datetime) -> None:
    """The newest answers, told within seconds; one of them at the second try."""
    known = Response.objects.filter(standing="counted", answered_at__lte=now)
    newest = known.order_by("-answered_at", "-id")
    rows = WebhookDelivery.objects.bulk_create(
        _delivery(desk, response) for response in reversed(newest[:SHOWN])
    )
    bodies = bodies_of(desk, rows)
    for row in rows:
        row.body = bodies[row.pk]
    rows[-FALSE_START].attempts = 2
    WebhookDelivery.objects.bulk_update(rows, ["body", "attempts"])
    WebhookAttempt.objects.bulk_create(
        try_ for row in rows for try_ in _tries(row, row is rows[-FALSE_START])
    )
    desk.last_success_at = rows[-1].finished_at
    desk.last_failure_at = rows[-FALSE_START].at + timedelta(seconds=2)
    desk.last_error = "It answered 503."
    desk.save()


def _delivery(desk: WebhookEndpoint, response: Response) -> WebhookDelivery:
    at = response.answered_at
    return WebhookDelivery(
        organisation_id=desk.organisation_id,
        endpoint=desk,
        webhook_id=f"evt_{response.pk}_0",
        type=Type.RESPONSE_RECEIVED.value,
        subject=response.pk,
        customer_id=response.customer_id,
        at=at,
        created_at=at,
        due_at=at,
        state="delivered",
        attempts=1,
        last_status=200,
        finished_at=at + timedelta(seconds=2),
    )


def _tries(row: WebhookDelivery, is_second: bool) -> list[WebhookAttempt]:  # noqa: FBT001
    told = [(503, "It answered 503.", "Back in a moment")] if is_second else []
    told.append((200, "", '{"noted": "response.received"}'))
    return [
        WebhookAttempt(
            organisation_id=row.organisation_id,
            delivery=row,
            number=number,
            at=row.at + timedelta(seconds=2 + 6 * (number - 1)),
            took_ms=30 + row.subject % 50,
            status=status,
            error=error,
            answer=answer,
        )
        for number, (status, error, answer) in enumerate(told, start=1)
    ]


def _alert(organisation_id: int, now: datetime) -> None:
    rule = AlertRule.objects.create(
        organisation_id=organisation_id,
        name="Call back unhappy customers",
        groups=["low"],
        created_at=now - timedelta(days=120),
        created_by=OWNER,
    )
    for member in Membership.objects.filter(role__in=["manager", "responder"]).order_by("id"):
        AlertRecipient.objects.create(organisation_id=organisation_id, rule=rule, membership=member)
