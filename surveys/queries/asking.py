"""What the asking rules need to know of many customers' pasts, read in few statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import Organisation
from surveys.models import (
    Customer,
    Decision,
    Interaction,
    Invitation,
    Programme,
    Suppression,
)
from surveys.models.programmes import ProgrammeTouchpoint
from surveys.queries.suppressed import spellings
from surveys.rules.asking import YEAR, Limits, Situation


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
    time_zone: str = ""
    company: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    is_archived: bool = False


_COLUMNS = (
    "id", "address_key", "time_zone", "company__name", "properties", "archived_at", "erased_at",
)  # fmt: skip


def addressees(customer_ids: Collection[int]) -> dict[int, Addressee]:
    """Return those who exist, by their id."""
    rows = Customer.objects.filter(pk__in=customer_ids).values_list(*_COLUMNS)
    return {row[0]: _addressee(*row) for row in rows}


def _addressee(
    row_id: int,
    address_key: str,
    time_zone: str,
    company: str | None,
    properties: dict[str, Any],
    archived_at: datetime | None,
    erased_at: datetime | None,
) -> Addressee:
    gone = archived_at is not None or erased_at is not None
    return Addressee(row_id, address_key, time_zone, company or "", properties, is_archived=gone)


def frozen_context(who: Addressee, interaction: Interaction | None) -> dict[str, Any]:
    """Return how things are now: the customer's properties, overridden by the interaction's."""
    company = {"company": who.company} if who.company else {}
    own = interaction.context if interaction else {}
    return {**who.properties, **company, **own}


def programmes_at(touchpoint_ids: Collection[int]) -> dict[int, list[Programme]]:
    """Return, for each touchpoint, the transactional programmes that ask after interactions."""
    places = (
        ProgrammeTouchpoint.objects.filter(
            touchpoint__in=touchpoint_ids,
            programme__kind=Programme.Kind.TRANSACTIONAL,
            programme__archived_at__isnull=True,
        )
        .select_related("programme")
        .order_by("programme_id")
    )
    found: dict[int, list[Programme]] = defaultdict(list)
    for place in places:
        found[place.touchpoint_id].append(place.programme)
    return found


@dataclass(frozen=True)
class Situations:
    """What is known of these customers; who is asked meanwhile is noted and counts at once."""

    organisation: Organisation
    people: dict[int, Addressee]
    asked: dict[str, list[tuple[datetime, int]]]  # by address: when, and by which programme
    suppressed: dict[str, list[tuple[int | None, str]]]  # by address: for which programme, why

    def situation(self, candidate: Candidate) -> Situation:
        """Return all that the rules look at."""
        programme, interaction = candidate.programme, candidate.interaction
        who = self.people[candidate.customer_id]
        asked = self.asked.get(who.address_key, [])
        own = [at for at, programme_id in asked if programme_id == programme.pk]
        return Situation(
            limits=Limits(
                rest_days=programme.rest_days,
                ask_again_after_days=self.organisation.ask_again_after_days,
                asks_per_year=self.organisation.asks_per_year,
            ),
            is_programme_on=programme.is_on,
            is_archived=who.is_archived,
            has_address=bool(who.address_key),
            is_imported=interaction is not None and interaction.way == Interaction.Way.IMPORT,
            is_test=interaction is not None and interaction.is_test,
            occurred_at=interaction.occurred_at if interaction else None,
            recorded_at=interaction.recorded_at if interaction else None,
            suppressed_for=self._suppressed_for(who.address_key, programme.pk),
            programme_asked_at=own[-1] if own else None,
            asked_at=tuple(at for at, _ in asked),
        )

    def note_asked(self, candidate: Candidate, now: datetime) -> None:
        """Let a question that was just decided count for the next candidate."""
        who = self.people[candidate.customer_id]
        self.asked.setdefault(who.address_key, []).append((now, candidate.programme.pk))

    def _suppressed_for(self, address_key: str, programme_id: int) -> str | None:
        rows = self.suppressed.get(address_key, [])
        return next((why for which, why in rows if which in (None, programme_id)), None)


def situations(
    *, organisation: Organisation, people: dict[int, Addressee], now: datetime
) -> Situations:
    """Read the pasts of these customers in two statements, however many they are."""
    addresses = {who.address_key for who in people.values() if who.address_key}
    return Situations(
        organisation=organisation,
        people=people,
        asked=_asked(addresses, now),
        suppressed=_suppressed(addresses),
    )


def _asked(addresses: Collection[str], now: datetime) -> dict[str, list[tuple[datetime, int]]]:
    rows = Invitation.objects.filter(
        address_key__in=addresses, created_at__gt=now - YEAR, is_test=False
    ).order_by("created_at", "id")
    found: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for address, at, programme_id in rows.values_list("address_key", "created_at", "programme_id"):
        found[address].append((at, programme_id))
    return found


def _suppressed(addresses: Iterable[str]) -> dict[str, list[tuple[int | None, str]]]:
    spelled = {spelling: address for address in addresses for spelling in spellings(address)}
    rows = Suppression.objects.filter(address_key__in=spelled, lifted_at__isnull=True)
    found: dict[str, list[tuple[int | None, str]]] = defaultdict(list)
    for spelling, programme_id, reason in rows.order_by("id").values_list(
        "address_key", "programme_id", "reason"
    ):
        found[spelled[spelling]].append((programme_id, reason))
    return found


def decided_before(candidates: Sequence[Candidate]) -> dict[tuple[int, int, str], Decision]:
    """Return the decisions that were stored for these occasions already."""
    rows = Decision.objects.filter(
        programme__in={each.programme.pk for each in candidates},
        customer__in={each.customer_id for each in candidates},
        occasion__in={each.occasion for each in candidates},
    )
    return {(row.programme_id, row.customer_id, row.occasion): row for row in rows}
