"""Puts the story's many rows into tables that row-level security guards."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

from kit.copying import copy_into


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
        copy_into("loading", columns, rows)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM loading")  # noqa: S608
        cursor.execute("DROP TABLE loading")
