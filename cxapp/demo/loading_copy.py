"""Puts many rows into a table at once: by COPY, around which row-level security must be led."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import StringIO
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model

CHUNK = 5_000
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def reserve(model: type[Model], count: int) -> list[int]:
    """Take as many ids from the table's own sequence, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def copy_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert the rows, each checked by the table's policy.

    COPY itself refuses a table with row-level security: it fills a temporary one.
    """
    table, names = model._meta.db_table, ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE loading AS SELECT {names} FROM {table} LIMIT 0")  # noqa: S608
        for chunk in _chunks(rows):
            text = "".join("\t".join(map(_field, row)) + "\n" for row in chunk)
            cursor.copy_expert(f"COPY loading ({names}) FROM STDIN", StringIO(text))
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM loading")  # noqa: S608
        cursor.execute("DROP TABLE loading")


def _chunks(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk


def _field(value: Any) -> str:
    """One value as COPY's text format wants it."""
    if value is None:
        return r"\N"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    return str(value).translate(ESCAPES)
