"""Who might be asked, and what is frozen with the question, read for many at once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from surveys.models import Customer, Decision, Interaction, Programme
from surveys.models.programmes import ProgrammeTouchpoint


@dataclass(frozen=True, slots=True)
class Candidate:
    """One customer whom one programme might ask on one occasion."""

    programme: Programme
    customer_id: int
    occasion: str
    interaction: Interaction | None = None

    @property
    def key(self) -> tuple[int, int, str]:
        return self.programme.pk, self.customer_id, self.occasion


@dataclass(frozen=True, slots=True)
class Addressee:
    """What the rules look at of a customer, and what is frozen with the question."""

    customer_id: int
    address_key: str
    created_at: datetime
    time_zone: str = ""
    company_id: int | None = None
    company: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    is_archived: bool = False


_COLUMNS = (
    "id", "address_key", "created_at", "time_zone", "company_id", "company__name", "properties",
    "archived_at", "erased_at",
)  # fmt: skip


def addressees(customer_ids: Collection[int]) -> dict[int, Addressee]:
    """Return those who exist, by their id."""
    rows = Customer.objects.filter(pk__in=customer_ids).values_list(*_COLUMNS)
    return {row[0]: _addressee(row) for row in rows}


def _addressee(row: tuple[Any, ...]) -> Addressee:
    row_id, address, created_at, zone, company_id, company, properties, archived_at, erased_at = row
    return Addressee(
        customer_id=row_id,
        address_key=address,
        created_at=created_at,
        time_zone=zone,
        company_id=company_id,
        company=company or "",
        properties=properties,
        is_archived=archived_at is not None or erased_at is not None,
    )


def frozen_context(who: Addressee, interaction: Interaction | None) -> dict[str, Any]:
    """Return how things are now: the customer's properties, overridden by the interaction's."""
    company = {"company": who.company} if who.company else {}
    own = interaction.context if interaction else {}
    return {**who.properties, **company, **own}


def programmes_at(touchpoint_ids: Collection[int]) -> dict[int, list[Programme]]:
    """Return, for each touchpoint, the transactional programmes that ask, the first one first."""
    places = (
        ProgrammeTouchpoint.objects.filter(
            touchpoint__in=touchpoint_ids,
            programme__kind=Programme.Kind.TRANSACTIONAL,
            programme__archived_at__isnull=True,
        )
        .select_related("programme")
        .order_by("programme__priority", "programme_id")
    )
    found: dict[int, list[Programme]] = defaultdict(list)
    for place in places:
        found[place.touchpoint_id].append(place.programme)
    return found


def decided_before(candidates: Sequence[Candidate]) -> dict[tuple[int, int, str], Decision]:
    """Return the decisions that were stored for these occasions already."""
    rows = Decision.objects.filter(
        programme__in={each.programme.pk for each in candidates},
        customer__in={each.customer_id for each in candidates},
        occasion__in={each.occasion for each in candidates},
    )
    return {(row.programme_id, row.customer_id, row.occasion): row for row in rows}
