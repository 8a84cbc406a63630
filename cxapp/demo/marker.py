"""What makes a database the demo's own: a mark set before anything else is written into it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connections

OLD_AFTER = timedelta(days=7)
# A mark and not a model: it must be there before the first migration has run.
CREATE = """
    CREATE TABLE IF NOT EXISTS cx_demo (
        sole boolean PRIMARY KEY DEFAULT true CHECK (sole),
        placed_at timestamptz NOT NULL,
        seed integer,
        anchor date,
        loaded_at timestamptz
    );
    INSERT INTO cx_demo (placed_at) VALUES (%s) ON CONFLICT DO NOTHING;
    GRANT SELECT ON cx_demo TO PUBLIC
"""
TABLES = """
    SELECT count(*) FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_depend AS d ON d.objid = c.oid AND d.deptype = 'e'
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND d.objid IS NULL
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_t%'
"""


@dataclass(frozen=True)
class Loaded:
    """Which story this database holds and since when."""

    seed: int
    anchor: date
    loaded_at: datetime

    def is_old(self, now: datetime) -> bool:
        """Whether the story has fallen so far behind that the pages must say so."""
        return now - self.loaded_at > OLD_AFTER


def is_empty() -> bool:
    """Tell whether nobody has put anything into this database: not one table or view."""
    return bool(_row(TABLES) == (0,))


def carries_marker() -> bool:
    return _row("SELECT to_regclass('public.cx_demo') IS NOT NULL") == (True,)


def place_marker(now: datetime) -> None:
    """Claim the database for the demo; to be called on an empty one, before it is migrated."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(CREATE, [now])


def note_loaded(*, seed: int, anchor: date, now: datetime) -> None:
    """Note that the whole story is in; until then a load that broke off starts over."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE cx_demo SET seed = %s, anchor = %s, loaded_at = %s", [seed, anchor, now]
        )


def loaded() -> Loaded | None:
    """Return what was loaded, or None when this is no demo or its load never came to an end."""
    if not carries_marker():
        return None
    row = _row("SELECT seed, anchor, loaded_at FROM cx_demo WHERE loaded_at IS NOT NULL")
    return Loaded(*row) if row else None


def _row(query: str) -> tuple[Any, ...] | None:
    with connections["default"].cursor() as cursor:
        cursor.execute(query)
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found
