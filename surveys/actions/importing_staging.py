"""Where an import's rows wait until all of them are known, and how they become answers."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection

from events.kinds import Kind
from events.publishing import NEWS, owed
from kit.arrays import plain
from kit.copying import copy_into
from kit.periods import local_day
from kit.texts import address_key
from surveys.actions.customers import lock_everybody
from surveys.queries.meant import find_customers
from surveys.rules.cells import Row
from surveys.rules.imported_rows import key_of

BATCH = 500
AT_ONCE = 2_000

COLUMNS = (
    "line", "answered_at", "local_on", "score", "comment", "place", "external_id", "email",
    "address_key", "name", "context", "key", "basis", "basis_on", "basis_source",
)  # fmt: skip
STAGE = """
    CREATE TEMPORARY TABLE imported (
        line bigint, answered_at timestamptz, local_on date, score smallint, comment text,
        place text, external_id text, email text, address_key text, name text, context jsonb,
        key text, basis text, basis_on date, basis_source text, customer_id bigint,
        touchpoint_id bigint, phone text NOT NULL DEFAULT '', company text NOT NULL DEFAULT '',
        language text NOT NULL DEFAULT '', time_zone text NOT NULL DEFAULT '',
        properties jsonb NOT NULL DEFAULT '{}', subject text NOT NULL DEFAULT '',
        sealed text[] NOT NULL DEFAULT '{}'
    ) ON COMMIT DROP
"""
# The same row several times is several answers: its ordinal among its equals tells them apart.
NUMBER = """
    UPDATE imported AS i SET key = i.key || ':' || numbered.ordinal
    FROM (
        SELECT line, row_number() OVER (PARTITION BY key ORDER BY line) AS ordinal
        FROM imported WHERE key LIKE 'row:%%'
    ) AS numbered
    WHERE numbered.line = i.line
"""
TWICE = """
    SELECT line, first FROM (
        SELECT line, min(line) OVER (PARTITION BY key) AS first FROM imported
    ) AS keyed
    WHERE line > first ORDER BY line LIMIT %s
"""
# An id that is stored with another answer: two systems that both count from 1, or a corrected row.
DIFFERS = """
    SELECT i.line FROM imported i
    JOIN surveys_response r ON r.organisation_id = %(organisation)s AND r.origin = 'import'
        AND r.origin_key = i.key
    JOIN surveys_responserevision v ON v.organisation_id = %(organisation)s
        AND v.response_id = r.id AND v.number = 1
    WHERE i.key LIKE 'id:%%'
        AND (v.score IS DISTINCT FROM i.score OR v.at <> i.answered_at)
    ORDER BY i.line LIMIT %(limit)s
"""
# A file may hold an answer of somebody who was erased since: it must not bring her back.
ERASED_SINCE = """
    DELETE FROM imported i USING surveys_response r
    WHERE r.organisation_id = %(organisation)s AND r.origin = 'import'
        AND r.origin_key LIKE 'gone:%%'
        AND r.origin_key = 'gone:' || encode(sha256(convert_to(i.key, 'UTF8')), 'hex')
"""
# The id of an entry that was merged means who is left, and does not become hers anew.
FORMER_PEOPLE = """
    UPDATE imported AS i SET customer_id = s.id, external_id = coalesce(s.external_id, '')
    FROM surveys_customer c JOIN surveys_customer s ON s.id = c.merged_into_id
    WHERE c.organisation_id = %(organisation)s AND c.erased_at IS NULL
        AND i.external_id <> '' AND c.external_id = i.external_id
"""
FORMER_ADDRESSES = """
    UPDATE imported AS i SET customer_id = s.id, email = s.email, address_key = s.address_key
    FROM surveys_customer c JOIN surveys_customer s ON s.id = c.merged_into_id
    WHERE c.organisation_id = %(organisation)s AND c.erased_at IS NULL
        AND c.address_key <> '' AND c.address_key = i.address_key AND s.address_key <> ''
        AND (i.customer_id = s.id OR i.customer_id IS NULL AND i.external_id = '')
"""
NAMED = """
    SELECT line, external_id, address_key FROM imported
    WHERE line > %(after)s AND (%(again)s OR customer_id IS NULL) ORDER BY line LIMIT %(limit)s
"""
# Numbers travel as arrays, people are looked up by theirs: record 160 says why.
MEANS = """
    UPDATE imported AS i SET customer_id = found.id
    FROM unnest(%(lines)s::bigint[], %(ids)s::bigint[]) AS found (line, id)
    WHERE i.line = found.line AND i.customer_id IS DISTINCT FROM found.id
"""
# Somebody is new, or is told by an id that is news of her.
BRINGS_NEWS = """
    SELECT EXISTS (
        SELECT FROM imported i LEFT JOIN LATERAL (
            SELECT id, external_id FROM surveys_customer
            WHERE organisation_id = (SELECT %(organisation)s::bigint) AND id = i.customer_id
            OFFSET 0
        ) AS c ON true
        WHERE c.id IS NULL AND (i.external_id <> '' OR i.address_key <> '')
            OR i.external_id <> '' AND c.external_id IS DISTINCT FROM i.external_id
    )
"""
# In the order of their ids, as all others hold them.
HOLD = """
    SELECT count(*) FROM (
        SELECT id FROM surveys_customer WHERE id IN (SELECT customer_id FROM imported)
        ORDER BY id FOR NO KEY UPDATE
    ) AS held
"""
_NEW = """
    INSERT INTO surveys_customer (organisation_id, external_id, email, address_key, name, phone,
        language, time_zone, properties, created_at)
    SELECT DISTINCT ON (i.{key})
        %(organisation)s, NULLIF(i.external_id, ''), i.email, i.address_key, i.name, i.phone,
        i.language, i.time_zone, i.properties, %(now)s
    FROM imported i WHERE i.customer_id IS NULL AND i.{key} <> '' ORDER BY i.{key}, i.line DESC
"""
NEW_BY_ID, NEW_BY_ADDRESS = _NEW.format(key="external_id"), _NEW.format(key="address_key")
# Of a person's rows the latest day tells, and never less than what is known already.
BASES = """
    UPDATE surveys_customer c SET legal_basis = i.basis, legal_basis_on = i.basis_on,
        legal_basis_source = i.basis_source
    FROM (
        SELECT DISTINCT ON (customer_id) * FROM imported
        WHERE basis <> '' AND customer_id IS NOT NULL
        ORDER BY customer_id, basis_on DESC, line DESC
    ) AS i
    WHERE c.organisation_id = %(organisation)s AND c.id = i.customer_id
        AND (c.legal_basis_on IS NULL OR c.legal_basis_on < i.basis_on)
"""
# Events name the answers in batches: one event for each would wake the journal a million times.
ANSWERS = f"""
    WITH stored AS (
        INSERT INTO surveys_response (organisation_id, origin, origin_key, customer_id,
            programme_id, survey_version_id, touchpoint_id, metric, score, comment, language,
            standing, standing_reason, answered_at, local_on, revisions_made, context)
        SELECT %(organisation)s, 'import', i.key, i.customer_id, %(programme)s, %(version)s,
            i.touchpoint_id, %(metric)s, i.score, i.comment,
            COALESCE(NULLIF(c.language, ''), o.language), 'counted', '', i.answered_at,
            i.local_on, 1, i.context
        FROM imported i
        JOIN accounts_organisation o ON o.id = %(organisation)s
        LEFT JOIN surveys_customer c ON c.id = i.customer_id
        ORDER BY i.line
        ON CONFLICT (organisation_id, origin, origin_key) DO NOTHING
        RETURNING id, organisation_id, answered_at, score, comment
    ), revised AS (
        INSERT INTO surveys_responserevision
            (organisation_id, response_id, number, at, verdict, rule, score, comment)
        SELECT organisation_id, id, 1, answered_at, 'human', '', score, comment FROM stored
    ), news AS (
        SELECT organisation_id, %(kind)s AS kind, %(now)s::timestamptz AS at,
            jsonb_build_object('response', jsonb_agg(id ORDER BY id)) AS payload
        FROM (
            SELECT organisation_id, id, (row_number() OVER (ORDER BY id) - 1) / {BATCH} AS batch
            FROM stored
        ) AS batched
        GROUP BY organisation_id, batch ORDER BY batch
    ), {NEWS}
    SELECT count(*), count(score) FROM stored
"""


def stage(rows: Iterable[tuple[int, Row]], *, source: str, zone: str) -> None:
    """Put the rows into a table of this transaction's own, where memory does not bound them."""
    open_table()
    copy_into("imported", COLUMNS, _staged(rows, source, zone))
    with connection.cursor() as cursor:
        cursor.execute(NUMBER)
    settle()


def settle() -> None:
    """Let the next statements find rows quickly."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX ON imported (key)")
        cursor.execute("CREATE INDEX ON imported (line)")
        cursor.execute("ANALYZE imported")


def open_table() -> None:
    """Make the table, empty; it goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.imported")
        cursor.execute(STAGE)


def _staged(rows: Iterable[tuple[int, Row]], source: str, zone: str) -> Iterator[tuple[Any, ...]]:
    for line, row in rows:
        yield (
            line,
            row.answered_at,
            local_day(row.answered_at, zone),
            row.score,
            row.comment,
            row.touchpoint,
            row.external_id,
            row.email,
            address_key(row.email),
            row.name,
            dict(row.properties),
            key_of(row.row_id, row.digest, source),
            row.basis.basis or "",
            row.basis.on,
            row.basis.source if row.basis.basis else "",
        )


def lines_with_an_id_twice(limit: int) -> list[tuple[int, int]]:
    """Lines whose id another line of the file has, with that line."""
    return [(line, first) for line, first in rows_of(TWICE, [limit])]


def lines_that_differ(organisation_id: int, limit: int) -> list[int]:
    """Lines whose id is stored with another answer."""
    given = {"organisation": organisation_id, "limit": limit}
    return [line for (line,) in rows_of(DIFFERS, given)]


def forget_lines(lines: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM imported WHERE line = ANY(%s)", [list(lines)])


def touchpoint_names() -> list[str]:
    return [
        name for (name,) in rows_of("SELECT DISTINCT place FROM imported WHERE place <> ''", [])
    ]


def point_at(touchpoints: Mapping[str, int]) -> None:
    """Tell each row the touchpoint that its name means."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE imported SET touchpoint_id = %s WHERE place = %s",
            [(touchpoint_id, name) for name, touchpoint_id in touchpoints.items()],
        )


def find_people(*, again: bool = False) -> None:
    """Find whom the rows mean among those who are known, some at a time."""
    after = 0
    while rows := rows_of(NAMED, {"after": after, "again": again, "limit": AT_ONCE}):
        found = find_customers([(external_id, key) for _, external_id, key in rows])
        after = rows[-1][0]
        with connection.cursor() as cursor:
            cursor.execute(MEANS, {"lines": plain(row[0] for row in rows), "ids": plain(found)})


def hold_people(organisation_id: int) -> None:
    """Let nobody else create or change who is named until the transaction ends, as a bulk call."""
    find_people()
    ((brings_news,),) = rows_of(BRINGS_NEWS, {"organisation": organisation_id})
    if brings_news:
        lock_everybody(organisation_id)
        find_people(again=True)
    rows_of(HOLD, None)
    find_people(again=True)
    keep_names(organisation_id)


def keep_names(organisation_id: int) -> None:
    """Let the names of entries that were merged become nobody's anew."""
    with connection.cursor() as cursor:
        cursor.execute(FORMER_PEOPLE, {"organisation": organisation_id})
        cursor.execute(FORMER_ADDRESSES, {"organisation": organisation_id})


def add_people(organisation_id: int, now: datetime) -> int:
    """Make those who are not known; return how many."""
    made = 0
    # By id first: of two rows with one address the one with an id says who the other is.
    for statement in (NEW_BY_ID, NEW_BY_ADDRESS):
        with connection.cursor() as cursor:
            cursor.execute(statement, {"organisation": organisation_id, "now": now})
            made += cursor.rowcount
        find_people()
    return made


def bring_customers(organisation_id: int, now: datetime) -> int:
    """Find or make the customers that are named; return how many are new."""
    given: dict[str, Any] = {"organisation": organisation_id, "now": now}
    hold_people(organisation_id)
    with connection.cursor() as cursor:
        cursor.execute(ERASED_SINCE, given)
    made = add_people(organisation_id, now)
    with connection.cursor() as cursor:
        cursor.execute(BASES, given)
    return made


def store_answers(values: Mapping[str, Any], now: datetime) -> tuple[int, int]:
    """Store and publish what is not stored yet; return how many answers and scores are new."""
    kind = Kind.RESPONSE_IMPORTED
    given = {**values, "kind": kind.value, "now": now, **owed(kind)}
    answers, scores = rows_of(ANSWERS, given)[0]
    return int(answers), int(scores)


def counts() -> tuple[int, int, date | None, date | None]:
    """Rows, rows without a score, first and last day."""
    rows, unscored, first, last = rows_of(
        "SELECT count(*), count(*) FILTER (WHERE score IS NULL), min(local_on), max(local_on)"
        " FROM imported",
        [],
    )[0]
    return rows, unscored, first, last


def rows_of(query: str, given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return list(cursor.fetchall())
