"""Take in an answer that a program brings: with its own date, once for each id, asking nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Organisation
from accounts.rules.actors import Actor
from events.kinds import Kind
from kit.periods import local_day
from surveys.actions.customers import (
    CustomerFields,
    lock_names,
    register_properties,
    save_customer,
    without_former_names,
)
from surveys.actions.erasing_rows import gone_key
from surveys.actions.hearing import NothingAsked, Told, record_spoken
from surveys.actions.noting import note_change, publish_change
from surveys.models import (
    Customer,
    Programme,
    PropertyKey,
    Response,
    ResponseRevision,
    SurveyVersion,
    Touchpoint,
)
from surveys.queries.surveys import newest
from surveys.rules.metrics import SCALES, ScoreRefused

LONGEST_KEY = 110
# What was answered longer ago is history: nobody is alerted about it.
NEWS = timedelta(days=7)
API, STAFF = Response.Origin.API, Response.Origin.STAFF


class AnswerDiffers(ValueError):
    """Another answer is stored under this id; the names say in what it differs."""

    def __init__(self, stored: Response, names: list[str]) -> None:
        super().__init__(f"response {stored.pk}")
        self.stored, self.names = stored, names


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What a program says was answered: whom it names, about what, and when."""

    programme: Programme
    source: str
    source_id: str
    answered_at: datetime
    score: int | None
    comment: str = ""
    touchpoint: str = ""
    customer: CustomerFields | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    is_test: bool = False

    @property
    def key(self) -> str:
        """The same id of the same source is the same answer."""
        key = f"{self.source}:{self.source_id}"
        return key if len(key) <= LONGEST_KEY else f"id:{sha256(key.encode()).hexdigest()}"


def add_answer(
    *, organisation_id: int, brought: Brought, actor: Actor, now: datetime
) -> tuple[Response, bool]:
    """Store the answer, or return the one that is stored under its id; tell whether it is new.

    Raises AnswerDiffers, NothingAsked, ScoreRefused and PropertyMismatch; then nothing is changed.
    """
    with transaction.atomic():
        if stored := _stored(API, brought.key):
            return _same_or_refused(stored, brought), False
        try:
            with transaction.atomic():
                return _store(organisation_id, brought, actor, now), True
        except IntegrityError:
            # Another call with the same id was first; its row is visible now.
            if stored := _stored(API, brought.key):
                return _same_or_refused(stored, brought), False
            raise


def add_spoken(
    *, organisation_id: int, brought: Brought, actor: Actor, now: datetime
) -> tuple[Response, bool]:
    """Write down what the customer said, once for each id; tell whether it is new.

    Raises AnswerDiffers and whatever `record_spoken` raises; then nothing is changed.
    """
    if brought.score is None:
        raise ScoreRefused("A spoken answer has a score.")
    zone = Organisation.objects.values_list("time_zone", flat=True).get(pk=organisation_id)
    on, key = local_day(brought.answered_at, zone), f"api:{brought.key}"
    with transaction.atomic():
        # Two calls at once: the second one finds what the first has stored.
        lock_names([f"spoken:{organisation_id}:{key}"])
        if stored := _stored(STAFF, key):
            return _same_or_refused(stored, brought, on=on), False
        _, touchpoint = _asked(brought)
        customer = _customer(organisation_id, brought, now)
        told = Told(
            programme_id=brought.programme.pk,
            touchpoint_id=touchpoint.pk if touchpoint else None,
            score=brought.score,
            comment=brought.comment,
            on=on,
            key=key,
            customer_id=customer.pk if customer else None,
        )
        spoken = record_spoken(organisation_id=organisation_id, told=told, actor=actor, now=now)
        return spoken, True


def _stored(origin: Response.Origin, key: str) -> Response | None:
    rows = Response.objects.select_related("customer", "touchpoint")
    return rows.filter(origin=origin, origin_key__in=[key, gone_key(key)]).first()


def _same_or_refused(stored: Response, brought: Brought, *, on: date | None = None) -> Response:
    """Return what is stored already; of what was spoken (`on`) the day alone is kept."""
    if stored.programme_id != brought.programme.pk:
        raise AnswerDiffers(stored, ["programme_id"])
    if stored.customer is not None and stored.customer.erased_at is not None:
        return stored  # told once more of somebody who was erased: nothing is stored again
    first = stored.revisions.get(number=1)
    is_moved = stored.answered_at != brought.answered_at if on is None else stored.local_on != on
    differs = {
        "score": first.score != brought.score,
        "comment": first.comment != brought.comment,
        "answered_at": is_moved,
        "touchpoint": (stored.touchpoint.slug if stored.touchpoint else "") != brought.touchpoint,
        "customer": _is_somebody_else(stored.customer, brought.customer),
    }
    if names := [name for name, is_different in differs.items() if is_different]:
        raise AnswerDiffers(stored, names)
    return stored


def _is_somebody_else(stored: Customer | None, said: CustomerFields | None) -> bool:
    """Her address may have moved on; the id that the program itself gave her may not."""
    if stored is None or said is None:
        return (stored is None) is not (said is None)
    said = without_former_names(said, stored)
    return said.external_id is not None and stored.external_id != said.external_id


def _store(organisation_id: int, brought: Brought, actor: Actor, now: datetime) -> Response:
    version, touchpoint = _asked(brought)
    if brought.score is not None:
        SCALES[version.metric].read(brought.score)
    house = Organisation.objects.get(pk=organisation_id)
    customer = _customer(organisation_id, brought, now)
    register_properties(
        organisation_id=organisation_id,
        owner=PropertyKey.Owner.INTERACTION,
        properties=brought.context,
        now=now,
    )
    response = Response.objects.create(
        organisation_id=organisation_id,
        origin=API,
        origin_key=brought.key,
        customer=customer,
        programme=brought.programme,
        survey_version=version,
        touchpoint=touchpoint,
        metric=version.metric.value,
        score=brought.score,
        comment=brought.comment,
        standing=Response.Standing.TEST if brought.is_test else Response.Standing.COUNTED,
        language=(customer.language if customer else "") or house.language,
        answered_at=brought.answered_at,
        local_on=local_day(brought.answered_at, house.time_zone),
        context={**(customer.properties if customer else {}), **brought.context},
    )
    _keep(response)
    note_change("response.added", response, actor, {}, _told(response), now)
    is_news = now - brought.answered_at <= NEWS
    publish_change(response, Kind.RESPONSE_RECEIVED if is_news else Kind.RESPONSE_IMPORTED, now)
    return response


def _asked(brought: Brought) -> tuple[SurveyVersion, Touchpoint | None]:
    """The newest version, and one of the places where the programme asks, or none."""
    programme = brought.programme
    version = newest(programme.survey_id)
    if version is None or programme.is_anonymous:
        raise NothingAsked
    places = {one.slug: one for one in programme.touchpoints.all()}
    if not places and not brought.touchpoint:
        return version, None
    if brought.touchpoint not in places:
        raise NothingAsked
    return version, places[brought.touchpoint]


def _customer(organisation_id: int, brought: Brought, now: datetime) -> Customer | None:
    if brought.customer is None:
        return None
    return save_customer(organisation_id=organisation_id, fields=brought.customer, now=now)


def _keep(response: Response) -> None:
    ResponseRevision.objects.create(
        organisation_id=response.organisation_id,
        response=response,
        number=1,
        at=response.answered_at,
        verdict=ResponseRevision.Verdict.HUMAN,
        score=response.score,
        comment=response.comment,
    )


def _told(response: Response) -> dict[str, Any]:
    """For the audit trail; the words stay out of it, for it cannot forget them one by one."""
    return {
        "customer": response.customer_id,
        "programme": response.programme_id,
        "touchpoint": response.touchpoint_id,
        "metric": response.metric,
        "score": response.score,
        "answered_at": response.answered_at,
        "comment": "written" if response.comment else "",
    }
