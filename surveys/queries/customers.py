"""Customers as lists show them: found by name, address or id, with their last answer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from kit.keysets import Page, page_of, read_key
from kit.texts import address_key
from surveys.models import Company, Customer, Interaction, PropertyKey, Response

SIZE = 50


@dataclass(frozen=True, kw_only=True)
class CustomerRow:
    """One line of the list of customers."""

    id: int
    name: str
    email: str
    external_id: str | None
    company: str | None
    metric: str | None
    score: int | None
    answered_at: datetime | None
    seen_at: datetime | None

    @property
    def title(self) -> str:
        return self.name or self.email or self.external_id or f"Customer {self.id}"


def customers(*, search: str = "", after: str | None = None, size: int = SIZE) -> Page[CustomerRow]:
    """Return customers by name; those without a name come first."""
    found = _matching(search)
    if after is not None:
        name, row_id = read_key(after, str, int)
        found = found.filter(Q(name__gt=name) | Q(name=name, id__gt=row_id))
    rows = [CustomerRow(**row) for row in _with_last_answer(found)[: size + 1]]
    return page_of(rows, size, lambda row: (row.name, row.id))


def count_customers() -> int:
    return Customer.objects.present().count()


def names_of(customer_ids: Collection[int]) -> dict[int, str]:
    """Return how these customers are called, by id."""
    return {row.pk: str(row) for row in Customer.objects.filter(pk__in=customer_ids)}


def company_names() -> list[str]:
    return list(Company.objects.order_by("name").values_list("name", flat=True)[:1000])


def _matching(search: str) -> QuerySet[Customer]:
    found = Customer.objects.present().order_by("name", "id")
    return found.filter(called(search)) if search.strip() else found


def called(search: str) -> Q:
    """Say that a customer is meant by these words: a name, an address, an id or a company."""
    words = search.strip()
    return (
        Q(name__icontains=words)
        | Q(address_key__startswith=address_key(words))
        | Q(external_id=words)
        | Q(company__name__icontains=words)
    )


def _with_last_answer(found: QuerySet[Customer]) -> QuerySet[Customer, Any]:
    answers = Response.objects.filter(customer=OuterRef("pk"), score__isnull=False)
    answers = answers.exclude(standing=Response.Standing.SPOKEN)  # no line could say what it is
    last = answers.order_by("-answered_at", "-id")
    seen = Interaction.objects.filter(customer=OuterRef("pk")).order_by("-occurred_at")
    return found.values("id", "name", "email", "external_id").annotate(
        company=F("company__name"),
        metric=Subquery(last.values("metric")[:1]),
        score=Subquery(last.values("score")[:1]),
        answered_at=Subquery(last.values("answered_at")[:1]),
        seen_at=Subquery(seen.values("occurred_at")[:1]),
    )


def property_names() -> list[str]:
    """Return the names of all properties ever seen, of customers, companies and interactions."""
    names = PropertyKey.objects.order_by("key").values_list("key", flat=True)
    return list(names.distinct())
