"""Bring checked rows in: people, what they met, what they answered, a thousand at a time."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import Organisation
from accounts.rules.actors import Actor
from events.kinds import Kind as Event
from events.publishing import publish
from kit.failpoints import failpoint
from surveys.actions import importing_staging as staging
from surveys.actions.considering import candidates_after, decide_many
from surveys.actions.customers import register_properties
from surveys.actions.importing import Plan, Report, own_programme, point_at_touchpoints
from surveys.models import Import, ImportRow, Interaction, PropertyKey
from surveys.rules.asking import Rule, Verdict
from surveys.rules.meanings import KEPT, Kind
from surveys.rules.metrics import Metric
from surveys.rules.reasons import words

PORTION = 1_000
# Of the newest rows so many are tried when somebody wants to see whom it would ask.
TRIED = 1_000
# The columns of a row as its cells were read, in the types of the waiting table.
TYPED = {
    "answered_at": "timestamptz", "local_on": "date", "score": "smallint", "comment": "text",
    "place": "text", "external_id": "text", "email": "text", "address_key": "text", "name": "text",
    "context": "jsonb", "basis": "text", "basis_on": "date", "basis_source": "text",
    "phone": "text", "company": "text", "language": "text", "time_zone": "text",
    "properties": "jsonb", "subject": "text", "sealed": "text[]",
}  # fmt: skip
TOO_OLD = "Not asked: it lies too many days back for the rules."
EMPTY = {"jsonb": "'{}'", "text": "''", "text[]": "'{}'"}
# Chosen before they are read: a file's rest would be taken apart with every thousand of it.
FILL = """
    INSERT INTO imported (line, key, {names})
    SELECT r.line, r.key, {values}
    FROM (
        SELECT line, key, said FROM surveys_importrow
        WHERE file_id = %(file)s AND state = ANY(%(states)s) ORDER BY {order} LIMIT %(limit)s
    ) AS r, jsonb_to_record(r.said) AS s ({typed})
""".format(
    names=", ".join(TYPED),
    typed=", ".join(f"{name} {kind}" for name, kind in TYPED.items()),
    values=", ".join(
        f"coalesce(s.{name}, {EMPTY[kind]})" if kind in EMPTY else f"s.{name}"
        for name, kind in TYPED.items()
    ),
    order="{order}",
)
# Erasing takes her rows out of files under the same lock: what went before we held them is gone.
TAKEN_OUT = """
    DELETE FROM imported i WHERE NOT EXISTS (
        SELECT FROM surveys_importrow r WHERE r.organisation_id = %(organisation)s
            AND r.file_id = %(file)s AND r.line = i.line
    )
"""
COMPANIES = """
    INSERT INTO surveys_company (organisation_id, name, properties, created_at)
    SELECT DISTINCT %(organisation)s, company, '{}'::jsonb, %(now)s::timestamptz FROM imported
    WHERE company <> '' ORDER BY 2
    ON CONFLICT DO NOTHING
"""
# An empty cell says nothing; properties are merged name by name.
PEOPLE = """
    UPDATE surveys_customer c SET
        external_id = coalesce(NULLIF(i.external_id, ''), c.external_id),
        email = coalesce(NULLIF(i.email, ''), c.email),
        address_key = coalesce(NULLIF(i.address_key, ''), c.address_key),
        name = coalesce(NULLIF(i.name, ''), c.name),
        phone = coalesce(NULLIF(i.phone, ''), c.phone),
        language = coalesce(NULLIF(i.language, ''), c.language),
        time_zone = coalesce(NULLIF(i.time_zone, ''), c.time_zone),
        company_id = coalesce(o.id, c.company_id),
        properties = c.properties || i.properties
    FROM (SELECT DISTINCT ON (customer_id) * FROM imported ORDER BY customer_id, line DESC) AS i
    LEFT JOIN surveys_company o ON o.organisation_id = %(organisation)s AND o.name = i.company
        AND i.company <> ''
    WHERE c.organisation_id = %(organisation)s AND c.id = i.customer_id
"""
# New people come with what the file says of them, also where they are met by their contacts.
NEWCOMERS = PEOPLE + " AND c.created_at = %(now)s AND c.company_id IS NULL AND o.id IS NOT NULL"
CONTACTS = """
    INSERT INTO surveys_interaction (organisation_id, source, source_id, touchpoint_id,
        customer_id, occurred_at, local_on, recorded_at, way, is_test, subject, context)
    SELECT %(organisation)s, %(source)s, i.key, i.touchpoint_id, i.customer_id, i.answered_at,
        i.local_on, %(now)s, %(way)s, false, i.subject, i.context
    FROM imported i
    WHERE NOT EXISTS (
        SELECT FROM unnest(i.sealed) AS sealed (id) CROSS JOIN LATERAL (
            SELECT FROM surveys_interaction
            WHERE organisation_id = (SELECT %(organisation)s::bigint)
                AND source = %(source)s AND source_id = sealed.id
            OFFSET 0
        ) AS t
    )
    ORDER BY i.line
    ON CONFLICT (organisation_id, source, source_id) DO NOTHING
    RETURNING id
"""
# What `rules.asking.judge` says first of whatever was imported, for all of them in one statement.
HISTORY_NEVER_SENDS = """
    INSERT INTO surveys_decision (organisation_id, programme_id, customer_id, interaction_id,
        occasion, is_asked, rule, facts, decided_at)
    SELECT t.organisation_id, p.id, t.customer_id, t.id, 'interaction:' || t.id, false, 'imported',
        '{}', %(now)s
    FROM surveys_interaction t
    JOIN surveys_programmetouchpoint at ON at.organisation_id = t.organisation_id
        AND at.touchpoint_id = t.touchpoint_id
    JOIN surveys_programme p ON p.id = at.programme_id AND p.kind = 'transactional'
        AND p.archived_at IS NULL
    WHERE t.organisation_id = %(organisation)s AND t.id = ANY(%(ids)s)
    ORDER BY t.occurred_at, t.id, p.priority, p.id
    ON CONFLICT (organisation_id, programme_id, customer_id, occasion) DO NOTHING
    RETURNING id
"""


def open_rows(
    file: Import, states: Sequence[str], *, limit: int | None, newest: bool = False
) -> int:
    """Lay the next rows of these states into the waiting table; return how many."""
    staging.open_table()
    order = "(said ->> 'answered_at')::timestamptz DESC, line" if newest else "line"
    with connection.cursor() as cursor:
        cursor.execute(
            FILL.replace("{order}", order),
            {"file": file.pk, "states": list(states), "limit": limit},
        )
        filled = int(cursor.rowcount)
        cursor.execute("CREATE INDEX ON imported (key)")
        cursor.execute("CREATE INDEX ON imported (line)")
        cursor.execute("ANALYZE imported")
    return filled


def bring_portion(file: Import, organisation: Organisation, now: datetime) -> int:
    """Bring the next rows in; return how many there were."""
    waiting = (ImportRow.State.NEW, ImportRow.State.CHANGED)
    taken = open_rows(file, waiting, limit=PORTION)
    if not taken:
        return 0
    lines = _lines()
    planned = ImportRow.objects.filter(file=file, line__in=lines, state=ImportRow.State.NEW).count()
    new = _bring(file, organisation, now)
    if file.kind == Kind.CUSTOMERS:
        new, changed = min(new, taken), max(taken - new, 0)
        file.new, file.changed = file.new + new, file.changed + changed
    else:
        # Somebody else brought the others in since they were checked.
        file.new, file.same = file.new + new, file.same + planned - new
    failpoint("import.stored")
    ImportRow.objects.filter(file=file, line__in=lines).delete()
    file.handled += taken
    file.tries = 0
    file.save(update_fields=["new", "same", "changed", "handled", "tries", "found"])
    return taken


def tried(file: Import, organisation: Organisation, now: datetime) -> dict[str, Any]:
    """Say whom the newest rows would ask: bring them in, decide, and undo it all."""
    with transaction.atomic():
        open_rows(file, (ImportRow.State.NEW,), limit=TRIED, newest=True)
        ids = _contacts(file, Interaction.Way.TO_ASK, now)
        interactions = list(Interaction.objects.filter(pk__in=ids).order_by("occurred_at", "id"))
        decided = decide_many(
            organisation=organisation, candidates=candidates_after(interactions), now=now
        )
        transaction.set_rollback(True)
    verdicts = [each.verdict for each in decided]
    people = {each.candidate.customer_id for each in decided if each.verdict.is_asked}
    refused = Counter(_reason(each) for each in verdicts if not each.is_asked)
    return {
        "tried": len(ids),
        "asked": len(people),
        "not_asked": [list(pair) for pair in refused.most_common(8)],
        "programmes": len({each.candidate.programme.pk for each in decided}),
    }


def _reason(verdict: Verdict) -> str:
    """In words; those of any age too great count together."""
    if verdict.rule is Rule.TOO_OLD:
        return TOO_OLD
    return words(verdict.rule, verdict.facts, None)


def _lines() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT line FROM imported ORDER BY line")
        return [line for (line,) in cursor.fetchall()]


def _bring(file: Import, organisation: Organisation, now: datetime) -> int:
    if file.kind == Kind.CUSTOMERS:
        return _people(file, now, changes=True)
    if file.kind == Kind.RESPONSES:
        return _answers(file, now)
    way = Interaction.Way.TO_ASK if file.asks else Interaction.Way.IMPORT
    ids = _contacts(file, way, now)
    _decide(file, organisation, ids, now)
    return len(ids)


def _people(file: Import, now: datetime, *, changes: bool) -> int:
    """Find or make who is named; return how many are new. Contacts change nobody known."""
    values: dict[str, Any] = {"organisation": file.organisation_id, "file": file.pk, "now": now}
    staging.hold_people(file.organisation_id)
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_OUT, values)
        cursor.execute(COMPANIES, values)
    made = staging.add_people(file.organisation_id, now)
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE if changes else NEWCOMERS, values)
        cursor.execute(staging.BASES, values)
    _register(file, PropertyKey.Owner.CUSTOMER, now)
    return made


def _contacts(file: Import, way: str, now: datetime) -> list[int]:
    point_at_touchpoints(
        organisation_id=file.organisation_id,
        kind=file.options["touchpoint_kind"],
        actor=Actor(name=file.started_by or file.created_by),
        now=now,
    )
    _people(file, now, changes=False)
    _register(file, PropertyKey.Owner.INTERACTION, now)
    values = {
        "organisation": file.organisation_id,
        "source": file.options["source"],
        "way": way,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(CONTACTS, values)
        return [row_id for (row_id,) in cursor.fetchall()]


def _decide(file: Import, organisation: Organisation, ids: Sequence[int], now: datetime) -> None:
    """Decide of them at once, as a wave does: an import that asks nobody says so of each."""
    if file.asks:
        interactions = Interaction.objects.filter(pk__in=ids).order_by("occurred_at", "id")
        candidates = candidates_after(list(interactions))
        decide_many(organisation=organisation, candidates=candidates, now=now)
        return
    values: dict[str, Any] = {
        "organisation": file.organisation_id,
        "ids": list(ids),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(HISTORY_NEVER_SENDS, values)
        made = [row_id for (row_id,) in cursor.fetchall()]
    if made:
        publish(
            organisation_id=file.organisation_id, kind=Event.DECISION_MADE, now=now, decisions=made
        )


def _answers(file: Import, now: datetime) -> int:
    report = Report(
        metric=Metric(file.options["metric"]),
        columns=dict.fromkeys(filter(None, file.meanings), ""),
        encoding=file.encoding,
    )
    if file.options.get("place"):
        report.columns = {**report.columns, "touchpoint": ""}
    point_at_touchpoints(
        organisation_id=file.organisation_id,
        kind=file.options["touchpoint_kind"],
        actor=Actor(name=file.started_by),
        now=now,
    )
    _people(file, now, changes=False)
    _register(file, PropertyKey.Owner.INTERACTION, now)
    programme, version = own_programme(file.organisation_id, Plan(), report, now)
    stored, _ = staging.store_answers(
        {
            "organisation": file.organisation_id,
            "programme": programme.pk,
            "version": version.pk,
            "metric": report.metric.value,
        },
        now,
    )
    file.found["programme"] = programme.pk
    return stored


def _register(file: Import, owner: PropertyKey.Owner, now: datetime) -> None:
    is_people = file.kind == Kind.CUSTOMERS
    if is_people != (owner == PropertyKey.Owner.CUSTOMER):
        return
    kept = [
        name for name, meaning in zip(file.header, file.meanings, strict=True) if meaning == KEPT
    ]
    known = set(PropertyKey.objects.filter(owner=owner).values_list("key", flat=True))
    new = {name: "" for name in kept if name not in known}
    register_properties(organisation_id=file.organisation_id, owner=owner, properties=new, now=now)
