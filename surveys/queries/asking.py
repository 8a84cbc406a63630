"""What the asking rules need to know of a customer's past, read from the rows."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import Organisation
from surveys.models import Customer, Interaction, Invitation, Programme, Suppression
from surveys.queries.suppressed import spellings
from surveys.rules.asking import YEAR, Limits, Situation


@dataclass(frozen=True)
class Addressee:
    """Whom the rules are asked about; a dry run may name somebody who is not stored."""

    address_key: str
    is_archived: bool = False


def addressee(customer: Customer) -> Addressee:
    gone = customer.archived_at is not None or customer.erased_at is not None
    return Addressee(customer.address_key, is_archived=gone)


def programmes_at(touchpoint_id: int) -> list[Programme]:
    """Return the transactional programmes that ask after interactions at the touchpoint."""
    return list(
        Programme.objects.filter(
            kind=Programme.Kind.TRANSACTIONAL, archived_at__isnull=True, touchpoints=touchpoint_id
        )
        .select_related("survey")
        .order_by("id")
    )


def situation(
    *,
    organisation: Organisation,
    programme: Programme,
    who: Addressee,
    interaction: Interaction | None,
    now: datetime,
) -> Situation:
    """Gather all that the rules look at, in two statements."""
    asked = _asked(who.address_key, now)
    own = [at for at, programme_id in asked if programme_id == programme.pk]
    return Situation(
        limits=Limits(
            rest_days=programme.rest_days,
            ask_again_after_days=organisation.ask_again_after_days,
            asks_per_year=organisation.asks_per_year,
        ),
        is_programme_on=programme.is_on,
        is_archived=who.is_archived,
        has_address=bool(who.address_key),
        is_imported=interaction is not None and interaction.way == Interaction.Way.IMPORT,
        is_test=interaction is not None and interaction.is_test,
        occurred_at=interaction.occurred_at if interaction else None,
        recorded_at=interaction.recorded_at if interaction else None,
        suppressed_for=_suppressed_for(who.address_key, programme.pk),
        programme_asked_at=own[-1] if own else None,
        asked_at=tuple(at for at, _ in asked),
    )


def _asked(address_key: str, now: datetime) -> list[tuple[datetime, int]]:
    if not address_key:
        return []
    return list(
        Invitation.objects.filter(address_key=address_key, created_at__gt=now - YEAR, is_test=False)
        .order_by("created_at", "id")
        .values_list("created_at", "programme_id")
    )


def _suppressed_for(address_key: str, programme_id: int) -> str | None:
    return (
        Suppression.objects.filter(
            Q(programme__isnull=True) | Q(programme=programme_id),
            address_key__in=spellings(address_key),
            lifted_at__isnull=True,
        )
        .order_by("id")
        .values_list("reason", flat=True)
        .first()
    )
