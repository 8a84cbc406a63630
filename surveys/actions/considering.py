"""Decide whether somebody is asked, and if so write invitation and mail in the same transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from accounts.actions.auditing import record_change
from accounts.models import Organisation
from accounts.rules.actors import Actor
from events.dispatching import Happening
from events.kinds import Kind
from events.publishing import publish
from kit import tokens
from surveys.actions.customers import lock_names
from surveys.models import (
    Customer,
    Decision,
    Interaction,
    Invitation,
    Message,
    Programme,
    SurveyVersion,
)
from surveys.queries.asking import addressee, programmes_at, situation
from surveys.rules.asking import Rule, Verdict, judge


def consider_inviting(organisation_id: int, happenings: Sequence[Happening], now: datetime) -> None:
    """React to recorded interactions: one decision for each programme at their touchpoint."""
    organisation = Organisation.objects.get(pk=organisation_id)
    meant = Interaction.objects.filter(
        pk__in=[event.payload["interaction"] for event in happenings]
    )
    lock_addresses(organisation_id, list(meant.values_list("customer__address_key", flat=True)))
    # Read under the locks: whoever was erased meanwhile has no address any more.
    interactions = meant.select_related("customer__company", "touchpoint")
    for interaction in interactions.order_by("occurred_at", "id"):
        for programme in programmes_at(interaction.touchpoint_id):
            decide(
                organisation=organisation,
                programme=programme,
                customer=interaction.customer,
                interaction=interaction,
                occasion=f"interaction:{interaction.pk}",
                now=now,
            )


def ask_by_hand(
    *, organisation_id: int, programme_id: int, customer_id: int, actor: Actor, now: datetime
) -> Decision:
    """Ask one customer now if the rules allow it; the decision says so or why not."""
    organisation = Organisation.objects.get(pk=organisation_id)
    known = Customer.objects.filter(pk=customer_id)
    lock_addresses(organisation_id, list(known.values_list("address_key", flat=True)))
    customer = known.select_related("company").get()
    decision = decide(
        organisation=organisation,
        programme=Programme.objects.select_related("survey").get(pk=programme_id),
        customer=customer,
        interaction=None,
        occasion=f"by-hand:{now.isoformat(timespec='seconds')}",
        now=now,
    )
    # A double click finds the decision of the first one: that was one act, not two.
    if decision.decided_at == now:
        record_change(
            organisation_id=organisation_id,
            actor=actor,
            action="customer.asked" if decision.is_asked else "customer.not_asked",
            object_type="customer",
            object_id=customer_id,
            after={"programme": programme_id, "rule": decision.rule},
            now=now,
        )
    return decision


def lock_addresses(organisation_id: int, addresses: Sequence[str]) -> None:
    """Let no other worker judge these addresses meanwhile: caps are counted, then used."""
    lock_names(sorted({f"ask:{organisation_id}:{address}" for address in addresses if address}))


def decide(
    *,
    organisation: Organisation,
    programme: Programme,
    customer: Customer,
    interaction: Interaction | None,
    occasion: str,
    now: datetime,
) -> Decision:
    """Store the decision for this occasion, once, and the invitation and mail that follow it."""
    stored = Decision.objects.filter(
        programme=programme, customer=customer, occasion=occasion
    ).first()
    if stored is not None:
        return stored
    verdict = judge(
        situation(
            organisation=organisation,
            programme=programme,
            who=addressee(customer),
            interaction=interaction,
            now=now,
        ),
        now,
    )
    version = newest_version(programme.survey_id) if verdict.is_asked else None
    if verdict.is_asked and version is None:
        verdict = Verdict(is_asked=False, rule=Rule.NOTHING_TO_ASK)
    decision = _store(organisation, programme, customer, interaction, occasion, verdict, now)
    if version is not None:
        _invite(organisation, decision, version, customer, interaction, now)
    return decision


def _store(
    organisation: Organisation,
    programme: Programme,
    customer: Customer,
    interaction: Interaction | None,
    occasion: str,
    verdict: Verdict,
    now: datetime,
) -> Decision:
    decision = Decision.objects.create(
        organisation=organisation,
        programme=programme,
        customer=customer,
        interaction=interaction,
        occasion=occasion,
        is_asked=verdict.is_asked,
        rule=verdict.rule,
        facts=verdict.facts,
        again_on=verdict.again_on,
        decided_at=now,
    )
    publish(organisation_id=organisation.pk, kind=Kind.DECISION_MADE, now=now, decision=decision.pk)
    return decision


def _invite(
    organisation: Organisation,
    decision: Decision,
    version: SurveyVersion,
    customer: Customer,
    interaction: Interaction | None,
    now: datetime,
) -> Invitation:
    programme = decision.programme
    invitation = Invitation.objects.create(
        organisation=organisation,
        decision=decision,
        programme=programme,
        survey_version=version,
        customer=customer,
        address_key=customer.address_key,
        touchpoint=interaction.touchpoint if interaction else None,
        interaction=interaction,
        context=frozen_context(customer, interaction),
        created_at=now,
        expires_at=now + timedelta(days=programme.expires_after_days),
    )
    happened_at = interaction.occurred_at if interaction else now
    Message.objects.create(
        organisation=organisation,
        about=f"invitation:{invitation.pk}",
        invitation=invitation,
        due_at=max(now, happened_at + timedelta(minutes=programme.delay_minutes)),
        expires_at=invitation.expires_at,
        message_id=new_message_id(),
        created_at=now,
    )
    return invitation


def newest_version(survey_id: int) -> SurveyVersion | None:
    """Return the version that is asked now, None before the first one is published."""
    return SurveyVersion.objects.filter(survey=survey_id).order_by("-number").first()


def frozen_context(customer: Customer, interaction: Interaction | None) -> dict[str, Any]:
    """Return how things are now: the customer's properties, overridden by the interaction's."""
    company = {"company": customer.company.name} if customer.company else {}
    own = interaction.context if interaction else {}
    return {**customer.properties, **company, **own}


def new_message_id() -> str:
    """Return the Message-ID that every attempt of one mail carries, without angle brackets."""
    return f"{tokens.random_letters(22)}@{urlsplit(settings.BASE_URL).hostname}"
