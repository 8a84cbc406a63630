"""Companies with their people: who answered last, who is silent, not reached, never asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from kit.keysets import Page, page_of, read_key
from surveys.models import Company, Customer, Invitation, Response

SIZE = 50


class Voice(StrEnum):
    """What is known of a person's opinion."""

    ANSWERED = "answered"
    SILENT = "silent"
    UNREACHED = "unreached"  # every question to this person bounced: nobody kept silent
    UNASKED = "unasked"


@dataclass(frozen=True, kw_only=True)
class Voices:
    """How many people there are, who ever answered, who was reached and never did, who was not."""

    people: int = 0
    answered: int = 0
    silent: int = 0
    unreached: int = 0


@dataclass(frozen=True, kw_only=True)
class CompanyRow:
    """One line of the list of companies."""

    id: int
    name: str
    voices: Voices


@dataclass(frozen=True, kw_only=True)
class Person:
    """One person of a company with the last answer, or without any."""

    id: int
    name: str
    email: str
    was_asked: bool
    was_reached: bool
    response_id: int | None
    metric: str | None
    score: int | None
    comment: str | None
    answered_at: datetime | None

    @property
    def title(self) -> str:
        return self.name or self.email or f"Customer {self.id}"

    @property
    def voice(self) -> Voice:
        if self.response_id is not None:
            return Voice.ANSWERED
        if self.was_reached:
            return Voice.SILENT
        return Voice.UNREACHED if self.was_asked else Voice.UNASKED


def companies(*, search: str = "", after: str | None = None, size: int = SIZE) -> Page[CompanyRow]:
    """Return companies by name; two statements, however many people they have."""
    found = Company.objects.order_by("name", "id")
    if words := search.strip():
        found = found.filter(Q(name__icontains=words) | Q(external_id=words))
    if after is not None:
        name, row_id = read_key(after, str, int)
        found = found.filter(Q(name__gt=name) | Q(name=name, id__gt=row_id))
    rows = list(found.values_list("id", "name")[: size + 1])
    voices = _voices([row_id for row_id, _ in rows])
    page = [
        CompanyRow(id=row_id, name=name, voices=voices.get(row_id, Voices()))
        for row_id, name in rows
    ]
    return page_of(page, size, lambda row: (row.name, row.id))


def people_of(company_id: int, *, after: str | None = None, size: int = SIZE) -> Page[Person]:
    """Return the people of a company by name, each with the newest counted answer."""
    found = _present().filter(company=company_id).order_by("name", "id")
    if after is not None:
        name, row_id = read_key(after, str, int)
        found = found.filter(Q(name__gt=name) | Q(name=name, id__gt=row_id))
    answers = Response.objects.filter(customer=OuterRef("pk"), standing="counted")
    last = answers.exclude(score=None).order_by("-answered_at", "-id")
    known = found.annotate(
        was_asked=_asked(), was_reached=_reached(), response_id=Subquery(last.values("id")[:1])
    ).values("id", "name", "email", "was_asked", "was_reached", "response_id")
    people = list(known[: size + 1])
    said = Response.objects.in_bulk([one["response_id"] for one in people if one["response_id"]])
    rows = [_person(one, said.get(one["response_id"])) for one in people]
    return page_of(rows, size, lambda row: (row.name, row.id))


def _person(row: Mapping[str, Any], said: Response | None) -> Person:
    return Person(
        **row,
        metric=said.metric if said else None,
        score=said.score if said else None,
        comment=said.comment if said else None,
        answered_at=said.answered_at if said else None,
    )


def voices_of(company_id: int) -> Voices:
    """Count a company's people by what is known of their opinion."""
    return _voices([company_id]).get(company_id, Voices())


def _voices(company_ids: Sequence[int]) -> dict[int, Voices]:
    answered = Exists(
        Response.objects.filter(customer=OuterRef("pk"), standing="counted").exclude(score=None)
    )
    rows = (
        _present()
        .filter(company__in=company_ids)
        .annotate(has_answered=answered, was_asked=_asked(), was_reached=_reached())
        .values("company")
        .annotate(
            people=Count("id"),
            heard=Count("id", filter=Q(has_answered=True)),
            quiet=Count("id", filter=Q(has_answered=False, was_reached=True)),
            missed=Count("id", filter=Q(has_answered=False, was_asked=True, was_reached=False)),
        )
    )
    return {
        row["company"]: Voices(
            people=row["people"],
            answered=row["heard"],
            silent=row["quiet"],
            unreached=row["missed"],
        )
        for row in rows
    }


def _present() -> QuerySet[Customer]:
    return Customer.objects.present()


def _asked() -> Exists:
    return Exists(_sent())


def _reached() -> Exists:
    return Exists(_sent().filter(bounced_at__isnull=True))


def _sent() -> QuerySet[Invitation]:
    return Invitation.objects.filter(customer=OuterRef("pk"), is_test=False, sent_at__isnull=False)
