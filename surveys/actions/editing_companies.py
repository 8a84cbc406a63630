"""Create companies and change what is known of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from surveys.actions.customers import Value, register_properties
from surveys.models import Company, PropertyKey


class CompanyExists(ValueError):
    """Another company has this name or this external id."""

    def __init__(self, company: Company) -> None:
        super().__init__(f"company {company.pk}")
        self.company = company


@dataclass(frozen=True, kw_only=True)
class CompanyFields:
    """What a caller says of a company; None means: not said, leave as it is."""

    name: str | None = None
    external_id: str | None = None
    properties: Mapping[str, Value] = field(default_factory=dict)


def create_company(
    *, organisation_id: int, fields: CompanyFields, actor: Actor, now: datetime
) -> Company:
    """Store a company that is not stored yet; raises CompanyExists and PropertyMismatch."""
    company = Company(organisation_id=organisation_id, created_at=now)
    return _change("company.created", company, fields, {}, actor, now)


def update_company(
    *, company: Company, fields: CompanyFields, actor: Actor, now: datetime
) -> Company:
    """Write what was said and leave the rest; raises CompanyExists and PropertyMismatch."""
    company = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    return _change("company.edited", company, fields, _written(company), actor, now)


def _change(
    action: str,
    company: Company,
    fields: CompanyFields,
    before: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> Company:
    if fields.name is not None:
        company.name = fields.name
    if fields.external_id is not None:
        company.external_id = fields.external_id or None
    register_properties(
        organisation_id=company.organisation_id,
        owner=PropertyKey.Owner.COMPANY,
        properties=fields.properties,
        now=now,
    )
    company.properties = {**company.properties, **fields.properties}
    _save(company)
    record_change(
        organisation_id=company.organisation_id,
        actor=actor,
        action=action,
        object_type="company",
        object_id=company.pk,
        before=before,
        after=_written(company),
        now=now,
    )
    return company


def _save(company: Company) -> None:
    try:
        with transaction.atomic():
            company.save()
    except IntegrityError as error:
        others = Company.objects.exclude(pk=company.pk)
        taken = others.filter(name=company.name).first()
        if taken is None and company.external_id:
            taken = others.filter(external_id=company.external_id).first()
        if taken is None:
            raise
        raise CompanyExists(taken) from error


def _written(company: Company) -> dict[str, Any]:
    return {
        "name": company.name,
        "external_id": company.external_id or "",
        "properties": company.properties,
    }
