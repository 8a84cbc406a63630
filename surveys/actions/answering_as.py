"""Store what a visitor sends of whom the site's own server has signed who it is."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kit import tenancy
from surveys.actions.answering_openly import Known, OpenReceipt, record_open_score
from surveys.actions.customers import (
    CustomerFields,
    lock_identity,
    save_customer,
)
from surveys.models import Customer, PublicLink, Response
from surveys.queries.candidates import Candidate, Handed, addressees, frozen_context
from surveys.queries.meant import find_customer
from surveys.queries.widgets import WidgetBehind
from surveys.rules.doubts import Signs
from surveys.rules.identities import Identity


@dataclass(frozen=True, kw_only=True)
class OpenSending:
    """One sending of a form that anybody may fill in."""

    form: str
    score: int
    signs: Signs
    chosen: str = ""
    accepted: str = ""
    context: dict[str, Any] = field(default_factory=dict)


def record_score_as(
    *, widget: WidgetBehind, identity: Identity, sending: OpenSending, now: datetime
) -> OpenReceipt | None:
    """Store the score as this customer's; None if it is closed or she answered lately.

    A signed text that somebody copied brings no second answer: for its life she rests.
    """
    with tenancy.organisation(widget.organisation_id):
        customer = _customer(widget.organisation_id, identity, now)
        if _has_answered(widget, customer, sending.form, now):
            return None
        return record_open_score(
            link_id=widget.link_id,
            form=sending.form,
            score=sending.score,
            signs=sending.signs,
            now=now,
            chosen=sending.chosen,
            accepted=sending.accepted,
            known=Known(customer.pk, {**_known(widget, customer), **sending.context}),
        )


def _customer(organisation_id: int, identity: Identity, now: datetime) -> Customer:
    """The customer who is meant, made if nobody is; the lock lets two equal sendings follow."""
    fields = CustomerFields(
        external_id=identity.external_id or None,
        email=identity.email or None,
        name=identity.name or None,
    )
    lock_identity(organisation_id, fields)
    found = find_customer(external_id=fields.external_id, email=fields.email)
    # What another system says of somebody known is the business of the API, not of a web page.
    return found or save_customer(organisation_id=organisation_id, fields=fields, now=now)


def _has_answered(widget: WidgetBehind, customer: Customer, form: str, now: datetime) -> bool:
    rows = Response.objects.filter(
        customer=customer,
        public_link=widget.link_id,
        answered_at__gt=now - timedelta(days=widget.rest_days),
    )
    others = rows.exclude(origin_key=f"{widget.link_id}:{form}")
    return others.exclude(standing=Response.Standing.SUSPECT).exists()


def _known(widget: WidgetBehind, customer: Customer) -> dict[str, Any]:
    """What is known of her now, as a question by mail would have kept it."""
    link = PublicLink.objects.select_related("programme").get(pk=widget.link_id)
    who = addressees([customer.pk])[customer.pk]
    handed = Handed(link.touchpoint_id)
    return dict(frozen_context(who, Candidate(link.programme, customer.pk, "", handed=handed)))
