"""Write down what a customer said in person: an answer that stands apart and is in no figure."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Organisation
from accounts.rules.actors import Actor
from events.kinds import Kind
from kit.periods import local_day
from surveys.actions.noting import note_change, publish_change
from surveys.actions.revising import keep_version
from surveys.models import Customer, Programme, Response, SurveyVersion
from surveys.queries.surveys import newest
from surveys.rules.metrics import SCALES
from surveys.rules.spoken import check_day

REASON = "Told by the customer"
# An answer that staff took out of a list stays staff's own record.
REMOVABLE = frozenset({Response.Standing.SPOKEN, Response.Standing.EXCLUDED})
NOON = time(12)


class NothingAsked(ValueError):
    """The programme asks nothing there, or nothing yet."""


class CustomerIsErased(Exception):
    """Of an erased person nothing is written down any more."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was said, about what and on which day; `key` makes a form that is sent twice one."""

    programme_id: int
    touchpoint_id: int | None
    score: int
    comment: str
    on: date
    key: str
    customer_id: int | None = None


def record_spoken(*, organisation_id: int, told: Told, actor: Actor, now: datetime) -> Response:
    """Store the answer as spoken, or return the one that this form stored already.

    Raises ScoreRefused, DayRefused, NothingAsked and CustomerIsErased.
    """
    with transaction.atomic():
        house = Organisation.objects.get(pk=organisation_id)
        check_day(told.on, local_day(now, house.time_zone))
        customer = _held(told.customer_id)
        programme, version = _asked(told)
        SCALES[version.metric].read(told.score)
        response, is_new = Response.objects.get_or_create(
            organisation_id=organisation_id,
            origin=Response.Origin.STAFF,
            origin_key=told.key,
            defaults={
                "customer": customer,
                "programme": programme,
                "survey_version": version,
                "touchpoint_id": told.touchpoint_id,
                "metric": version.metric.value,
                "score": told.score,
                "comment": told.comment,
                "standing": Response.Standing.SPOKEN,
                "language": house.language,
                "answered_at": _moment(told.on, house.time_zone, now),
                "local_on": told.on,
                "context": dict(customer.properties) if customer else {},
            },
        )
        if is_new:
            keep_version(response, now=now, entered_by=actor.name, reason=REASON)
            note_change("response.recorded", response, actor, {}, _told(response), now)
            publish_change(response, Kind.RESPONSE_RECEIVED, now)
    return response


def remove_spoken(*, response_id: int, actor: Actor, now: datetime) -> bool:
    """Remove what was written down by mistake, words and all; False if it is no such answer."""
    with transaction.atomic():
        rows = Response.objects.select_for_update().filter(pk=response_id)
        response = rows.filter(origin=Response.Origin.STAFF, standing__in=REMOVABLE).first()
        if response is None:
            return False
        note_change("response.removed", response, actor, _told(response), {}, now)
        publish_change(response, Kind.RESPONSE_WITHDRAWN, now, **_left(response))
        response.delete()
    return True


def _left(response: Response) -> dict[str, int | None]:
    """What is still to be known of an answer that is gone: programs that filter must hear of it."""
    return {
        "programme": response.programme_id,
        "touchpoint": response.touchpoint_id,
        "customer": response.customer_id,
    }


def _held(customer_id: int | None) -> Customer | None:
    """Locked, so that an erasing waits for this answer, or this answer for the erasing."""
    if customer_id is None:
        return None
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
    if customer.erased_at is not None:
        raise CustomerIsErased
    return customer


def _asked(told: Told) -> tuple[Programme, SurveyVersion]:
    open_ones = Programme.objects.filter(archived_at__isnull=True, is_anonymous=False)
    programme = open_ones.filter(pk=told.programme_id).first()
    version = None if programme is None else newest(programme.survey_id)
    if programme is None or version is None:
        raise NothingAsked
    places = set(programme.touchpoints.values_list("id", flat=True))
    if told.touchpoint_id not in (places or {None}):
        raise NothingAsked
    return programme, version


def _moment(on: date, zone: str, now: datetime) -> datetime:
    """Now for what was said today; for an earlier day its noon, for nobody noted the hour."""
    if on == local_day(now, zone):
        return now
    return datetime.combine(on, NOON, tzinfo=ZoneInfo(zone))


def _told(response: Response) -> dict[str, Any]:
    """For the audit trail; the words stay out of it, for it cannot forget them one by one."""
    return {
        "customer": response.customer_id,
        "programme": response.programme_id,
        "touchpoint": response.touchpoint_id,
        "metric": response.metric,
        "score": response.score,
        "on": response.local_on.isoformat(),
        "comment": "written" if response.comment else "",
    }
