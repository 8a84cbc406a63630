"""Who might be asked, and what is frozen with the question, read for many at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings

from kit import tenancy
from kit.arrays import among_numbers, plain, texts
from kit.phones import phone_key
from surveys.models import Customer, Decision, Interaction, Programme
from surveys.models.programmes import ProgrammeTouchpoint
from surveys.queries.suppressed import person_key
from surveys.rules.channels import Channel, Way, way_for


@dataclass(frozen=True, slots=True)
class Handed:
    """A link that somebody wants to hand over: where, what is known of it, and by a test key."""

    touchpoint_id: int | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """One customer whom one programme might ask on one occasion."""

    programme: Programme
    customer_id: int
    occasion: str
    interaction: Interaction | None = None
    handed: Handed | None = None  # asked by a personal link instead of a mail or a text
    is_by_test: bool = False  # wished for by a test key

    @property
    def touchpoint_id(self) -> int | None:
        if self.interaction is not None:
            return self.interaction.touchpoint_id
        return self.handed.touchpoint_id if self.handed else None

    @property
    def is_test(self) -> bool:
        interaction, handed = self.interaction, self.handed
        told = (interaction and interaction.is_test) or (handed and handed.is_test)
        return self.is_by_test or bool(told)

    @property
    def key(self) -> tuple[int, int, str]:
        return self.programme.id, self.customer_id, self.occasion


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
    phone_key: str = ""
    legal_basis: str = ""
    legal_basis_on: date | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Where she is reached; who has no e-mail address is known by her row as well."""
        if self.address_key and not self.phone_key:
            return (self.address_key,)
        own = self.address_key or person_key(self.customer_id)
        return (own, self.phone_key) if self.phone_key else (own,)

    def way(self, candidate: Candidate) -> Way:
        """Return how this candidate's question would reach her."""
        if candidate.handed is not None:
            return Way(Channel.LINK, self.address_key or self.phone_key)
        preference = candidate.programme.channel
        return way_for(preference, email_key=self.address_key, phone_key=self.phone_key)


_COLUMNS = (
    "id", "address_key", "created_at", "time_zone", "company_id", "company__name", "properties",
    "archived_at", "erased_at", "phone", "legal_basis", "legal_basis_on",
)  # fmt: skip


def addressees(customer_ids: Collection[int]) -> dict[int, Addressee]:
    """Return those who exist, by their id."""
    rows = Customer.objects.filter(among_numbers("id", customer_ids)).values_list(*_COLUMNS)
    return {row[0]: _addressee(row) for row in rows}


def _addressee(row: tuple[Any, ...]) -> Addressee:
    row_id, address, created_at, zone, company_id, company, properties = row[:7]
    archived_at, erased_at, phone, legal_basis, legal_basis_on = row[7:]
    return Addressee(
        customer_id=row_id,
        address_key=address,
        created_at=created_at,
        time_zone=zone,
        company_id=company_id,
        company=company or "",
        properties=properties,
        is_archived=archived_at is not None or erased_at is not None,
        # Reading a number takes longer than all the rest; where nobody texts it decides nothing.
        phone_key=phone_key(phone, settings.SMS_REGION) if phone and settings.SMS else "",
        legal_basis=legal_basis,
        legal_basis_on=legal_basis_on,
    )


def frozen_context(who: Addressee, candidate: Candidate) -> dict[str, Any]:
    """Return how things are now: the customer's properties, overridden by the occasion's."""
    if not (who.company or candidate.interaction or candidate.handed):
        return who.properties
    company = {"company": who.company} if who.company else {}
    own = candidate.interaction.context if candidate.interaction else {}
    told = candidate.handed.context if candidate.handed else {}
    return {**who.properties, **company, **own, **told}


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


# By each customer's own decisions, which are few: see `surveys.queries.asks`. Programme and
# occasion are compared in a way that no index serves. Told by statistics of an empty table, as a
# first wave finds them, the planner took the programme's index for as good as the customer's and
# read all that the wave had decided so far for each of its people.
_BEFORE = """
    SELECT d.* FROM ROWS FROM (
        unnest(%(programmes)s::bigint[]), unnest(%(customers)s::bigint[]),
        unnest(%(occasions)s::text[])
    ) AS told (programme_id, customer_id, occasion)
    CROSS JOIN LATERAL (
        SELECT * FROM surveys_decision
        WHERE organisation_id = (SELECT %(organisation)s::bigint)
            AND customer_id = told.customer_id
            AND programme_id IS NOT DISTINCT FROM told.programme_id
            AND occasion IS NOT DISTINCT FROM told.occasion
        OFFSET 0
    ) AS d
"""


def decided_before(candidates: Sequence[Candidate]) -> dict[tuple[int, int, str], Decision]:
    """Return the decisions that were stored for these occasions already."""
    values = {
        "organisation": tenancy.current(),
        "programmes": plain(each.programme.id for each in candidates),
        "customers": plain(each.customer_id for each in candidates),
        "occasions": texts(each.occasion for each in candidates),
    }
    rows = Decision.objects.raw(_BEFORE, values)
    return {(row.programme_id, row.customer_id, row.occasion): row for row in rows}
