"""What each delivery says, as things stand when its body is written; read for many at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings

from events.models import Event
from followup.models import WebhookDelivery, WebhookEndpoint
from followup.queries.facts import group_of
from followup.rules import bodies
from followup.rules.bodies import moment
from followup.rules.happenings import TEST, Subject, Type
from metrics.models import MetricDefinition
from surveys.models import (
    Customer,
    Decision,
    Interaction,
    Invitation,
    Message,
    Response,
    Touchpoint,
)

Data = dict[str, Any]
Payload = Mapping[str, Any]
Detail = WebhookEndpoint.Detail
REMINDER = ":reminder:"


def bodies_of(endpoint: WebhookEndpoint, deliveries: Sequence[WebhookDelivery]) -> dict[int, str]:
    """The body of each delivery by its id; there is none where what it is about is gone."""
    told = _data(Detail(endpoint.detail), [one for one in deliveries if one.type != TEST])
    told |= {one.pk: {"webhook": endpoint.name} for one in deliveries if one.type == TEST}
    return {
        one.pk: bodies.written(one.type, one.at, told[one.pk])
        for one in deliveries
        if one.pk in told
    }


def _data(detail: Detail, deliveries: Sequence[WebhookDelivery]) -> dict[int, Data]:
    events = Event.objects.in_bulk({one.event for one in deliveries if one.event is not None})
    loaded: dict[Subject, Mapping[int, Any]] = {}
    for subject in {Type(one.type).subject for one in deliveries}:
        wanted = [one.subject for one in deliveries if Type(one.type).subject is subject]
        loaded[subject] = LOAD[subject](wanted)
    people = _people(deliveries) if detail == Detail.CUSTOMERS else {}
    reminders = _reminders(events.values())
    told: dict[int, Data] = {}
    for one in deliveries:
        subject = Type(one.type).subject
        row = loaded[subject].get(one.subject)
        payload: Payload = events[one.event].payload if one.event in events else {}
        if row is None and not _is_removal(one, payload):
            continue
        shown = _removed(payload) if row is None else SHAPE[subject](row, detail != Detail.THIN)
        data: Data = {subject.value: shown}
        data |= _besides(Type(one.type), payload, reminders)
        if subject is not Subject.CUSTOMER and one.customer_id in people:
            data["customer"] = people[one.customer_id]
        told[one.pk] = data
    return told


def _is_removal(one: WebhookDelivery, payload: Payload) -> bool:
    return one.type == Type.RESPONSE_WITHDRAWN and "programme" in payload


def _removed(payload: Payload) -> Data:
    """All that is left of an answer that staff removed for good."""
    return {
        "id": str(payload["response"]),
        "programme_id": str(payload["programme"]),
        "customer_id": _id(payload["customer"]),
        "standing": "removed",
    }


def _besides(type_: Type, payload: Payload, reminders: Mapping[int, int]) -> Data:
    """What the event says beyond what it is about."""
    if type_.subject is Subject.INVITATION and "message" in payload:
        return {"reminder": reminders.get(payload["message"], 0)}
    if type_ in {Type.CUSTOMER_OPTED_OUT, Type.CUSTOMER_OPTED_IN}:
        return {"programme_id": _id(payload.get("programme"))}
    if type_ is Type.CUSTOMER_ERASED:
        return {"mode": payload.get("mode")}
    if type_ is Type.CUSTOMER_MERGED:
        return {"merged_id": _id(payload.get("merged"))}
    return {}


def _reminders(events: Iterable[Event]) -> dict[int, int]:
    ids = {one.payload["message"] for one in events if "message" in one.payload}
    about = Message.objects.filter(pk__in=ids).values_list("id", "about") if ids else []
    return {pk: int(text.partition(REMINDER)[2] or 0) for pk, text in about}


def _people(deliveries: Sequence[WebhookDelivery]) -> dict[int | None, Data]:
    ids = {one.customer_id for one in deliveries if one.customer_id is not None}
    rows = Customer.objects.filter(pk__in=ids).select_related("company")
    return {row.pk: _person(row) for row in rows}


def _person(customer: Customer) -> Data:
    return {
        "id": str(customer.pk),
        "external_id": customer.external_id,
        "email": customer.email or None,
        "name": customer.name or None,
        "company": customer.company.name if customer.company else None,
        "language": customer.language or None,
    }


def _response(row: Response, has_words: bool) -> Data:  # noqa: FBT001  (one table of shapes)
    told: Data = {
        **_named("responses", row.pk),
        "page": _page(row.organisation.slug, f"responses/{row.pk}/"),
        **_placed(row),
        "customer_id": _id(row.customer_id),
        "invitation_id": _id(row.invitation_id),
        "interaction_id": _id(row.interaction_id),
        "origin": row.origin,
        "standing": row.standing,
        "answered_at": moment(row.answered_at),
    }
    if has_words:
        told |= {
            "metric": row.metric,
            "score": row.score,
            "group": group_of(row.metric, row.score),
            **bodies.words(row.comment),
            "feelings": row.feelings,
            "contact": row.contact or None,
            **bodies.context(row.context),
        }
    return told


def _invitation(row: Invitation, has_words: bool) -> Data:  # noqa: FBT001
    """Never whether it was answered: of an anonymous programme nobody may know when."""
    told: Data = {
        "id": str(row.pk),
        "decision_id": str(row.decision_id),
        **_placed(row),
        "customer_id": str(row.customer_id),
        "interaction_id": _id(row.interaction_id),
        "channel": row.channel,
        "is_test": row.is_test,
        "expires_at": moment(row.expires_at),
    }
    return told | (bodies.context(row.context) if has_words else {})


def _decision(row: Decision, has_words: bool) -> Data:  # noqa: ARG001, FBT001
    return {
        **_named("decisions", row.pk),
        "is_asked": row.is_asked,
        "rule": row.rule,
        "again_on": row.again_on.isoformat() if row.again_on else None,
        "programme_id": str(row.programme_id),
        "programme": row.programme.name,
        "customer_id": str(row.customer_id),
        "interaction_id": _id(row.interaction_id),
        "decided_at": moment(row.decided_at),
    }


def _interaction(row: Interaction, has_words: bool) -> Data:  # noqa: FBT001
    told: Data = {
        **_named("interactions", row.pk),
        "source": row.source,
        "touchpoint": row.touchpoint.slug,
        "customer_id": str(row.customer_id),
        "occurred_at": moment(row.occurred_at),
        "is_test": row.is_test,
    }
    if has_words:
        told |= {
            "source_id": row.source_id,
            "subject": row.subject,
            **bodies.context(row.context),
        }
    return told


def _customer(row: Customer, has_words: bool) -> Data:  # noqa: ARG001, FBT001
    return _named("customers", row.pk)


def _touchpoint(row: Touchpoint, has_words: bool) -> Data:  # noqa: ARG001, FBT001
    return {"id": str(row.pk), "slug": row.slug, "name": row.name, "kind": row.kind}


def _metric(row: MetricDefinition, has_words: bool) -> Data:  # noqa: ARG001, FBT001
    return {"name": row.kind, "version": row.version, "cut": row.cut, "reason": row.reason}


def _named(noun: str, pk: int) -> Data:
    return {"id": str(pk), "url": f"{settings.BASE_URL}/api/v1/{noun}/{pk}"}


def _page(slug: str, path: str) -> str:
    return f"{settings.BASE_URL}/o/{slug}/{path}"


def _placed(row: Response | Invitation) -> Data:
    return {
        "programme_id": str(row.programme_id),
        "programme": row.programme.name,
        "touchpoint": row.touchpoint.slug if row.touchpoint else None,
    }


def _id(pk: int | None) -> str | None:
    return None if pk is None else str(pk)


def _loader(model: Any, *related: str) -> Callable[[Sequence[int]], Mapping[int, Any]]:
    return lambda ids: model.objects.select_related(*related).in_bulk(set(ids))


LOAD: Mapping[Subject, Callable[[Sequence[int]], Mapping[int, Any]]] = {
    Subject.RESPONSE: _loader(Response, "organisation", "programme", "touchpoint"),
    Subject.INVITATION: _loader(Invitation, "programme", "touchpoint"),
    Subject.DECISION: _loader(Decision, "programme"),
    Subject.INTERACTION: _loader(Interaction, "touchpoint"),
    Subject.CUSTOMER: _loader(Customer),
    Subject.TOUCHPOINT: _loader(Touchpoint),
    Subject.METRIC: _loader(MetricDefinition),
}
SHAPE: Mapping[Subject, Callable[[Any, bool], Data]] = {
    Subject.RESPONSE: _response,
    Subject.INVITATION: _invitation,
    Subject.DECISION: _decision,
    Subject.INTERACTION: _interaction,
    Subject.CUSTOMER: _customer,
    Subject.TOUCHPOINT: _touchpoint,
    Subject.METRIC: _metric,
}
