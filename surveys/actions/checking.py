"""Check the rows of an import: what each says, and what it would change of what is known."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Count

from accounts.models import Organisation
from kit.periods import local_day
from surveys.actions import importing_staging as staging
from surveys.actions.bringing_rows import open_rows, tried
from surveys.actions.customers import MOST_KEYS
from surveys.actions.recording import sealed_source_ids
from surveys.models import Import, ImportRow, PropertyKey, Touchpoint
from surveys.rules.cells import Reading, RowRefused
from surveys.rules.imported_rows import Said, read
from surveys.rules.meanings import KEPT, Choice, Kind
from surveys.rules.metrics import Metric
from surveys.rules.moments_written import Order

READ_AT_ONCE = 2_000
MOST_NEW_TOUCHPOINTS = 50
NEW_SHOWN = 12
WRITE = """
    UPDATE surveys_importrow r SET state = told.state, why = told.why, key = told.key,
        said = told.said
    FROM jsonb_to_recordset(%(rows)s::jsonb)
        AS told (id bigint, state text, why text, key text, said jsonb)
    WHERE r.id = told.id
"""
# Of a file that came a moment ago the statistics say that it has one row: joined to itself row by
# row, fifty thousand took minutes.
SETS, ROWS = "SET LOCAL enable_nestloop = off", "SET LOCAL enable_nestloop = on"
# The same row several times is several: its ordinal among its equals tells them apart.
NUMBER = """
    UPDATE surveys_importrow r SET key = r.key || ':' || numbered.ordinal
    FROM (
        SELECT id, row_number() OVER (PARTITION BY key ORDER BY line) AS ordinal
        FROM surveys_importrow
        WHERE file_id = %(file)s AND state = 'read' AND key LIKE 'row:%%'
    ) AS numbered
    WHERE numbered.id = r.id
"""
# The same once more is nothing new; something else under the same id is a fault of the file.
TWICE = """
    UPDATE surveys_importrow r SET state = CASE WHEN r.said = first.said THEN 'same'
            ELSE 'refused' END,
        why = CASE WHEN r.said = first.said THEN ''
            ELSE %(what)s || ' stands on line ' || first.line || ' already, and says something else'
            END
    FROM (
        SELECT id, first_value(id) OVER (PARTITION BY key ORDER BY line) AS first_id
        FROM surveys_importrow
        WHERE file_id = %(file)s AND state = 'read'
    ) AS keyed
    JOIN surveys_importrow first ON first.id = keyed.first_id
    WHERE r.id = keyed.id AND keyed.id <> keyed.first_id
"""
JUDGE = "UPDATE surveys_importrow r SET state = judged.state, why = judged.why FROM ({judged}) AS judged WHERE r.file_id = %(file)s AND r.line = judged.line"  # noqa: E501
CUSTOMERS = """
    SELECT i.line, '' AS why, CASE
        WHEN c.id IS NULL THEN 'new'
        WHEN (i.external_id <> '' AND i.external_id IS DISTINCT FROM c.external_id)
            OR (i.email <> '' AND i.email <> c.email) OR (i.name <> '' AND i.name <> c.name)
            OR (i.phone <> '' AND i.phone <> c.phone)
            OR (i.language <> '' AND i.language <> c.language)
            OR (i.time_zone <> '' AND i.time_zone <> c.time_zone)
            OR (i.company <> '' AND i.company IS DISTINCT FROM o.name)
            OR NOT c.properties @> i.properties
            OR (i.basis <> '' AND (c.legal_basis_on IS NULL OR c.legal_basis_on < i.basis_on))
        THEN 'changed' ELSE 'same' END AS state
    FROM imported i
    LEFT JOIN surveys_customer c ON c.id = i.customer_id
    LEFT JOIN surveys_company o ON o.id = c.company_id
"""
# Each is looked up by its own key, the organisation hidden from the planner: record 160 says why.
INTERACTIONS = """
    SELECT i.line,
        CASE WHEN t.id IS NULL THEN 'new' WHEN t.erased OR t.differs = '' THEN 'same'
            ELSE 'refused' END AS state,
        CASE WHEN t.id IS NULL OR t.erased OR t.differs = '' THEN ''
            ELSE 'its id is stored already with another ' || t.differs
                || ': take an id of its own, such as ' || left(i.key, 40) || '/2' END AS why
    FROM imported i LEFT JOIN LATERAL (
        SELECT t.id, c.erased_at IS NOT NULL AS erased, concat_ws(', ',
            CASE WHEN i.place <> '' AND lower(i.place) NOT IN (lower(p.name), p.slug)
                THEN 'touchpoint' END,
            CASE WHEN t.occurred_at <> i.answered_at THEN 'time' END,
            CASE WHEN t.subject <> i.subject THEN 'subject' END,
            CASE WHEN t.context <> i.context THEN 'property' END,
            CASE WHEN (i.external_id <> '' AND i.external_id IS DISTINCT FROM c.external_id)
                OR (i.external_id = '' AND i.address_key <> c.address_key) THEN 'customer' END
        ) AS differs
        FROM unnest(i.sealed || i.key) AS known (id)
        CROSS JOIN LATERAL (
            SELECT * FROM surveys_interaction
            WHERE organisation_id = (SELECT %(organisation)s::bigint)
                AND source = %(source)s AND source_id = known.id
            OFFSET 0
        ) AS t
        CROSS JOIN LATERAL (
            SELECT * FROM surveys_customer
            WHERE organisation_id = (SELECT %(organisation)s::bigint) AND id = t.customer_id
            OFFSET 0
        ) AS c
        JOIN surveys_touchpoint p ON p.id = t.touchpoint_id
        LIMIT 1
    ) AS t ON true
"""
RESPONSES = """
    SELECT i.line,
        CASE WHEN r.id IS NULL THEN 'new' WHEN r.differs THEN 'refused' ELSE 'same' END AS state,
        CASE WHEN r.differs THEN 'its id is stored already with another answer: where two systems '
            || 'count alike, name the source of this file' ELSE '' END AS why
    FROM imported i LEFT JOIN LATERAL (
        SELECT r.id, r.origin_key = i.key AND i.key LIKE 'id:%%'
            AND (v.score IS DISTINCT FROM i.score OR v.at <> i.answered_at) AS differs
        FROM surveys_response r
        LEFT JOIN surveys_responserevision v ON v.response_id = r.id AND v.number = 1
            AND v.organisation_id = r.organisation_id
        WHERE r.organisation_id = (SELECT %(organisation)s::bigint) AND r.origin = 'import'
            AND r.origin_key IN (i.key,
                'gone:' || encode(sha256(convert_to(i.key, 'UTF8')), 'hex'))
        LIMIT 1
    ) AS r ON true
"""
JUDGED = {Kind.CUSTOMERS: CUSTOMERS, Kind.INTERACTIONS: INTERACTIONS, Kind.RESPONSES: RESPONSES}
NAMES = {
    Kind.CUSTOMERS: "the same person",
    Kind.INTERACTIONS: "its id",
    Kind.RESPONSES: "its id",
}


def read_portion(file: Import, organisation: Organisation, now: datetime) -> int:
    """Read the next rows by what their columns mean; return how many there were."""
    rows = list(
        ImportRow.objects.filter(file=file, state=ImportRow.State.UNREAD)
        .order_by("line")
        .values_list("id", "cells")[:READ_AT_ONCE]
    )
    if not rows:
        return 0
    told, notes = _read(file, organisation, rows, now)
    with connection.cursor() as cursor:
        cursor.execute(WRITE, {"rows": json.dumps(told)})
    file.found["notes"] = dict(Counter(file.found.get("notes", {})) + notes)
    file.handled += len(rows)
    file.save(update_fields=["found", "handled"])
    return len(rows)


def _read(
    file: Import, organisation: Organisation, rows: Iterable[tuple[int, list[str]]], now: datetime
) -> tuple[list[dict[str, Any]], Counter[str]]:
    kind, reading, source = Kind(file.kind), _reading(file, now), file.options["source"]
    columns = Choice(meanings=file.meanings, header=file.header).columns()
    told, notes = [], Counter[str]()
    for row_id, cells in rows:
        try:
            said = read(kind, cells, columns, reading, source)
        except RowRefused as fault:
            told.append({"id": row_id, "state": "refused", "why": str(fault), "key": ""})
            continue
        notes.update(said.notes)
        values = _placed(file, organisation, said)
        told.append({"id": row_id, "state": "read", "why": "", "key": said.key, "said": values})
    return told, notes


def _placed(file: Import, organisation: Organisation, said: Said) -> dict[str, Any]:
    """What was said, with the organisation's day and whatever else storing it takes."""
    values = dict(said.values)
    if "answered_at" in values:
        at = datetime.fromisoformat(values["answered_at"])
        values["local_on"] = local_day(at, organisation.time_zone).isoformat()
        values["place"] = values["place"] or file.options.get("place", "")
    if file.kind == Kind.INTERACTIONS:
        values["sealed"] = sealed_source_ids(file.options["source"], said.key)
    return values


def _reading(file: Import, now: datetime) -> Reading:
    owner = (
        PropertyKey.Owner.CUSTOMER if file.kind == Kind.CUSTOMERS else PropertyKey.Owner.INTERACTION
    )
    kinds = PropertyKey.objects.filter(owner=owner).values_list("key", "kind")
    return Reading(
        metric=Metric(file.options.get("metric") or Metric.NPS),
        zone=ZoneInfo(file.options["zone"]),
        date_format="",
        now=now,
        order=Order(file.options["order"]),
        kinds=dict(kinds),
    )


def compare_rows(file: Import, organisation: Organisation, now: datetime) -> int:
    """Hold what was read against what is known; then the check is done."""
    values = {
        "file": file.pk,
        "organisation": file.organisation_id,
        "what": NAMES[Kind(file.kind)],
        "source": file.options["source"],
    }
    with connection.cursor() as cursor:
        cursor.execute(SETS)
        cursor.execute(NUMBER, values)
        cursor.execute(TWICE, values)
        open_rows(file, ("read",), limit=None)
        staging.find_people()
        staging.keep_names(file.organisation_id)
        cursor.execute(JUDGE.format(judged=JUDGED[Kind(file.kind)]), values)
        cursor.execute(ROWS)
    _count(file)
    _foresee(file, organisation, now)
    file.state, file.checked_at, file.handled = Import.State.CHECKED, now, 0
    file.save()
    return 0


def _count(file: Import) -> None:
    counted = dict(
        ImportRow.objects.filter(file=file).values_list("state").annotate(Count("id")).order_by()
    )
    file.new, file.same = counted.get("new", 0), counted.get("same", 0)
    file.changed, file.refused = counted.get("changed", 0), counted.get("refused", 0)


def _foresee(file: Import, organisation: Organisation, now: datetime) -> None:
    """What will be new besides the rows, and what stands in the way of all of them."""
    places = _new_places(file)
    file.found |= {"touchpoints": places[:NEW_SHOWN], "more_touchpoints": len(places[NEW_SHOWN:])}
    if len(places) > MOST_NEW_TOUCHPOINTS:
        file.found["blocked"] = (
            f"The file names {len(places):,} touchpoints that are not known. At most "
            f"{MOST_NEW_TOUCHPOINTS} are made by one file: is it the right column?"
        )
    elif _keys_missing(file) > MOST_KEYS:
        file.found["blocked"] = f"More than {MOST_KEYS} properties would be known; keep fewer."
    elif file.kind == Kind.INTERACTIONS and file.new:
        file.found["asking"] = tried(file, organisation, now)


def _new_places(file: Import) -> list[str]:
    if file.kind == Kind.CUSTOMERS:
        return []
    known = {name.casefold() for name in Touchpoint.objects.values_list("name", flat=True)}
    known |= set(Touchpoint.objects.values_list("slug", flat=True))
    with transaction.atomic():
        open_rows(file, ("new",), limit=None)
        names = staging.touchpoint_names()
    return sorted(name for name in names if name.casefold() not in known)


def _keys_missing(file: Import) -> int:
    keys = set(PropertyKey.objects.filter(owner=_owner(file)).values_list("key", flat=True))
    kept = {
        name for name, meaning in zip(file.header, file.meanings, strict=True) if meaning == KEPT
    }
    return len(keys | kept) if kept - keys else 0


def _owner(file: Import) -> str:
    is_people = file.kind == Kind.CUSTOMERS
    return PropertyKey.Owner.CUSTOMER if is_people else PropertyKey.Owner.INTERACTION
