"""Checked rows on their way from the table where they were checked into many transactions."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO

from django.db import connection

from kit.copying import copy_into
from surveys.actions import importing_staging as staging
from surveys.actions.importing_staging import AT_ONCE, COLUMNS, rows_of

PORTION = 1_000
CARRY = f"SELECT {', '.join(COLUMNS)} FROM imported WHERE line > %s ORDER BY line LIMIT %s"  # noqa: S608  (names of our own)
# As `_NEW` makes them: by id first, then by an address that none of these has.
NEW_PEOPLE = """
    WITH unknown AS (
        SELECT * FROM imported WHERE customer_id IS NULL
    ), by_id AS (
        SELECT DISTINCT ON (external_id) external_id, address_key FROM unknown
        WHERE external_id <> '' ORDER BY external_id, line DESC
    )
    SELECT (SELECT count(*) FROM by_id) + (
        SELECT count(DISTINCT address_key) FROM unknown
        WHERE external_id = '' AND address_key <> ''
            AND address_key NOT IN (SELECT address_key FROM by_id)
    )
"""
NEW_ANSWERS = """
    SELECT count(*), count(score) FROM imported i WHERE NOT EXISTS (
        SELECT FROM surveys_response r WHERE r.organisation_id = %(organisation)s
            AND r.origin = 'import' AND r.origin_key = i.key
    )
"""


def carry(file: IO[str]) -> None:
    """Write all waiting rows into a file, as they are; their table goes with the transaction."""
    after = 0
    while rows := rows_of(CARRY, [after, AT_ONCE]):
        file.writelines(json.dumps(row, default=str) + "\n" for row in rows)
        after = rows[-1][0]


def portions(file: IO[str]) -> Iterator[list[Sequence[object]]]:
    """The rows again, some at a time."""
    file.seek(0)
    while lines := list(islice(file, PORTION)):
        yield [json.loads(line) for line in lines]


def stage_carried(rows: Iterable[Sequence[object]]) -> None:
    """Put these rows back into a table of this transaction's own."""
    staging.open_table()
    copy_into("imported", COLUMNS, rows)
    staging.settle()


def find_known(organisation_id: int) -> None:
    """Find who is known as `bring_customers` does, holding nobody."""
    staging.find_people()
    staging.keep_names(organisation_id)
    with connection.cursor() as cursor:
        cursor.execute(staging.ERASED_SINCE, {"organisation": organisation_id})


def count_new_people() -> int:
    ((people,),) = rows_of(NEW_PEOPLE, None)
    return int(people)


def count_new_answers(organisation_id: int) -> tuple[int, int]:
    """How many answers, and how many scores, are not stored yet."""
    ((answers, scores),) = rows_of(NEW_ANSWERS, {"organisation": organisation_id})
    return int(answers), int(scores)
