"""What is known already of a report that comes in: read in one trip, its names held."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from kit.statements import prepared
from kit.texts import address_key
from surveys.actions.customers import (
    HOLD_NAMES,
    CustomerFields,
    names_of,
    new_kinds,
    without_stale_basis,
    write_fields,
)
from surveys.models import Customer, PropertyKey, Touchpoint

COLUMNS = [field.attname for field in Customer._meta.concrete_fields]
PROPERTIES = COLUMNS.index("properties")
TOUCHPOINT = ["id", "organisation_id", "slug"]
OWNERS = (PropertyKey.Owner.CUSTOMER, PropertyKey.Owner.INTERACTION)
# Who is meant: as `surveys.queries.meant.find_customer` says.
LOOK = f"""
    WITH person AS MATERIALIZED (
        SELECT {", ".join(COLUMNS)} FROM surveys_customer
        WHERE archived_at IS NULL AND erased_at IS NULL AND id = (
            SELECT id FROM (
                SELECT coalesce(merged_into_id, id) AS id, 1 AS place FROM surveys_customer
                WHERE external_id = %(external_id)s AND erased_at IS NULL
                    AND (archived_at IS NULL OR merged_into_id IS NOT NULL)
                UNION ALL
                SELECT id, 2 FROM surveys_customer
                WHERE address_key = %(address)s
                    AND (%(external_id)s::text IS NULL OR external_id IS NULL)
                    AND archived_at IS NULL AND erased_at IS NULL
                UNION ALL
                SELECT merged_into_id, 3 FROM surveys_customer
                WHERE address_key = %(address)s AND %(external_id)s::text IS NULL
                    AND merged_into_id IS NOT NULL AND erased_at IS NULL
            ) AS meant ORDER BY place, id LIMIT 1
        )
        FOR NO KEY UPDATE
    )
    SELECT o.time_zone, t.id,
        (SELECT id FROM surveys_interaction
            WHERE source = %(source)s AND source_id = ANY(%(source_ids)s) LIMIT 1),
        (SELECT jsonb_agg(jsonb_build_array(owner, key, kind)) FROM surveys_propertykey
            WHERE key = ANY(%(keys)s) AND owner IN ('customer', 'interaction')),
        f.name, {", ".join(f"p.{name}" for name in COLUMNS)}
    FROM accounts_organisation o
    LEFT JOIN surveys_touchpoint t ON t.slug = %(touchpoint)s AND t.archived_at IS NULL
    LEFT JOIN person p ON true
    LEFT JOIN surveys_company f ON f.id = p.company_id
    WHERE o.id = %(organisation)s
"""  # noqa: S608  (names of our own)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What stood there when the names of a report were held."""

    organisation_id: int
    time_zone: str
    touchpoint: Touchpoint | None
    is_stored: bool
    kinds: Mapping[str, Mapping[str, str]]
    company: str
    person: Sequence[Any]

    @property
    def customer(self) -> Customer | None:
        """Who is meant, as she is stored."""
        return Customer.from_db("default", COLUMNS, self.person) if self.person else None

    def has_all_of(self, customer: CustomerFields, context: Mapping[str, Any]) -> bool:
        """Whether nothing but the interaction is new; raises PropertyMismatch."""
        said = zip(OWNERS, (customer.properties, context), strict=True)
        news = [new_kinds(self.kinds[owner], owner, values) for owner, values in said]
        return not any(news) and self.has_customer(customer)

    def has_customer(self, fields: CustomerFields) -> bool:
        """Whether she is stored with all that is said of her."""
        customer = self.customer
        if customer is None or fields.company not in (None, self.company):
            return False
        write_fields(customer, without_stale_basis(fields, customer))
        return [getattr(customer, name) for name in COLUMNS] == list(self.person)


def look_up(
    *,
    organisation_id: int,
    touchpoint: str,
    customer: CustomerFields,
    context: Mapping[str, Any],
    source: str,
    source_ids: Sequence[str],
) -> Known:
    """Hold the names of the customer, then read what is known; her row is held as well."""
    values = {
        "organisation": organisation_id,
        "touchpoint": touchpoint,
        "source": source,
        "source_ids": list(source_ids),
        "external_id": customer.external_id or None,
        "address": address_key(customer.email or "") or None,
        "keys": [*customer.properties, *context],
        **names_of(organisation_id, customer),
    }
    with connection.cursor() as cursor:
        # The names by a statement of their own: what the next one sees is settled when it begins.
        cursor.execute(f"{HOLD_NAMES}; {prepared(cursor, LOOK)}", values)
        time_zone, touchpoint_id, stored_id, kinds, company, *person = cursor.fetchone()
    return Known(
        organisation_id=organisation_id,
        time_zone=time_zone,
        touchpoint=_touchpoint(touchpoint_id, organisation_id, touchpoint),
        is_stored=stored_id is not None,
        kinds=_kinds(kinds),
        company=company or "",
        person=_person(person),
    )


def _touchpoint(row_id: int | None, organisation_id: int, slug: str) -> Touchpoint | None:
    if row_id is None:
        return None
    return Touchpoint.from_db("default", TOUCHPOINT, [row_id, organisation_id, slug])


def _kinds(told: str | None) -> dict[str, dict[str, str]]:
    kinds: dict[str, dict[str, str]] = {owner: {} for owner in OWNERS}
    for owner, key, kind in json.loads(told or "[]"):
        kinds[owner][key] = kind
    return kinds


def _person(row: list[Any]) -> Sequence[Any]:
    if row[0] is None:
        return ()
    row[PROPERTIES] = json.loads(row[PROPERTIES])
    return row
