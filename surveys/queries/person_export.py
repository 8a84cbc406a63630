"""Everything that is kept about one person, to be handed to her (GDPR, articles 15 and 20).

`person_export` reads it, `as_document` makes it plain JSON. The same rows are what erasing
empties: a test holds `covered()` against every table that leads to a customer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from accounts.models import AuditEntry
from surveys.models import Answer, Customer, ImportRow, Response, Suppression
from surveys.queries.imports import rows_naming
from surveys.queries.person_parts import LEFT_OUT, NAMES, PARTS, Part, further_parts
from surveys.queries.suppressed import keys_of, spellings

Row = Mapping[str, Any]
FILES = {
    "name": "files",
    "title": "Rows of uploaded files",
    "about": "Rows that wait to come in, or were refused and are kept for some days.",
}
WISHES = {
    "name": "wishes",
    "title": "Wishes not to be asked",
    "about": "Addresses at which nothing is asked, since when, and why.",
}
TRAIL = {
    "name": "changes",
    "title": "Changes by staff and programs",
    "about": "What was changed about this person, with the values before and after.",
}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One part with its rows, oldest first."""

    name: str
    title: str
    about: str
    rows: Sequence[Row]


@dataclass(frozen=True, kw_only=True)
class PersonExport:
    customer_id: int
    made_at: datetime
    parts: Sequence[Kept]
    left_out: Mapping[str, str]


def person_export(*, customer_id: int, now: datetime) -> PersonExport:
    """Return all that is kept about this customer; raises Customer.DoesNotExist."""
    customer = Customer.objects.get(pk=customer_id)
    return PersonExport(
        customer_id=customer.pk,
        made_at=now,
        parts=[
            *(_kept(part, customer_id) for part in (*PARTS, *further_parts())),
            _wishes(customer),
            _waiting(customer),
            _trail(customer),
        ],
        left_out=LEFT_OUT,
    )


def as_document(export: PersonExport) -> dict[str, Any]:
    """Return the export as JSON knows it: ids as strings, times as ISO 8601."""
    return {
        "customer_id": str(export.customer_id),
        "made_at": export.made_at.isoformat(),
        "parts": [
            {
                "name": part.name,
                "title": part.title,
                "about": part.about,
                "rows": [
                    {key: _plain(key, value) for key, value in row.items()} for row in part.rows
                ],
            }
            for part in export.parts
        ],
        "left_out": [{"what": what, "why": why} for what, why in export.left_out.items()],
    }


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many rows of one part are kept."""

    name: str
    title: str
    about: str
    rows: int


def counts_of(customer_id: int) -> list[Count]:
    """Return how much is kept about this customer, part by part; raises Customer.DoesNotExist."""
    customer = Customer.objects.get(pk=customer_id)
    found = [
        Count(
            name=part.name,
            title=part.title,
            about=part.about,
            rows=part.model._default_manager.filter(**{part.hers: customer_id}).count(),
        )
        for part in (*PARTS, *further_parts())
        if part.name != "person"
    ]
    wishes, trail = _wishes_of(customer), _trail_of(customer)
    return [
        *found,
        Count(rows=wishes.count(), **WISHES),
        Count(rows=rows_naming(customer).count(), **FILES),
        Count(rows=trail.count(), **TRAIL),
    ]


def covered() -> set[str]:
    """Return the tables that an export of a person reads."""
    models: list[type[Model]] = [
        *(part.model for part in (*PARTS, *further_parts())),
        Suppression,
        ImportRow,
        AuditEntry,
    ]
    return {model._meta.db_table for model in models}


def _kept(part: Part, customer_id: int) -> Kept:
    rows = part.model._default_manager.filter(**{part.hers: customer_id})
    found = _told(rows, part.model, part.hidden | {"customer"})
    if part.model is Answer:
        found = _chosen(found)
    return Kept(name=part.name, title=part.title, about=part.about, rows=found)


def _wishes(customer: Customer) -> Kept:
    return Kept(rows=_told(_wishes_of(customer), Suppression, frozenset()), **WISHES)


def _wishes_of(customer: Customer) -> QuerySet[Suppression]:
    """Wishes hold for an address: those for her present ones, and those that came by her links."""
    keys = {key for one in (customer, *customer.former.all()) for key in keys_of(one)}
    written = [name for key in sorted(keys) for name in spellings(key)]
    return Suppression.objects.filter(
        Q(address_key__in=written) | Q(invitation__customer=customer.pk)
    )


def _waiting(customer: Customer) -> Kept:
    """Rows of files are nobody's yet: hers are those in which her address or id stands."""
    return Kept(rows=_told(rows_naming(customer), ImportRow, frozenset({"said", "key"})), **FILES)


def _trail(customer: Customer) -> Kept:
    """Changes that staff and programs made to her and to her answers, without who they were."""
    rows = _told(
        _trail_of(customer), AuditEntry, frozenset({"user_id", "api_key_id", "actor", "ip"})
    )
    return Kept(rows=rows, **TRAIL)


def _trail_of(customer: Customer) -> QuerySet[AuditEntry]:
    answers = Response.objects.filter(customer=customer).values("id")
    return AuditEntry.objects.filter(
        Q(object_type="customer", object_id__in=[customer.pk, *_former_ids(customer)])
        | Q(object_type="response", object_id__in=answers)
    )


def _former_ids(customer: Customer) -> list[int]:
    return list(customer.former.values_list("id", flat=True))


def _told(rows: QuerySet[Any], model: type[Model], hidden: frozenset[str]) -> list[Row]:
    columns = _columns(model, hidden)
    found = rows.order_by("pk").values_list(*columns.values())
    return [dict(zip(columns, values, strict=True)) for values in found]


def _columns(model: type[Model], hidden: frozenset[str]) -> dict[str, str]:
    """Return what each column is called and where it is read; a name stands before its number."""
    columns = {}
    for one in model._meta.concrete_fields:
        if one.name in hidden or one.name == "organisation" or one.attname == "organisation_id":
            continue
        if one.name in NAMES:
            columns[one.name] = NAMES[one.name]
        if one.name == "question":
            columns["options"] = "question__options"
        columns[one.attname] = one.attname
    return columns


def _chosen(rows: Sequence[Row]) -> list[Row]:
    """Say what was chosen in words: the numbers mean something in the survey only."""
    return [
        {**row, "chosen": [names[one] for one in row["picked"] if one in names]}
        for row in rows
        for names in [{option["number"]: option["text"] for option in row["options"]}]
    ]


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    is_number = isinstance(value, int) and (key == "id" or key.endswith("_id"))
    return str(value) if is_number or isinstance(value, UUID | Decimal) else value
