"""Statements that PostgreSQL plans once for each connection instead of once for each request."""

import hashlib
import re
from functools import lru_cache
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper

_VALUE = re.compile(r"%\((\w+)\)s")
_known: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()


def prepared(cursor: CursorWrapper, statement: str) -> str:
    """What to execute in place of `statement`: its prepared form, or itself behind a pooler.

    A pooler that changes the server's connection under us (which Django is told by
    DISABLE_SERVER_SIDE_CURSORS) would not find the prepared one again.
    """
    if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        return statement
    name, prepare, execute = _forms(statement)
    known = _known.setdefault(connection.connection, set())
    if name not in known:
        cursor.execute(prepare)
        known.add(name)
    return execute


@lru_cache(maxsize=64)
def _forms(statement: str) -> tuple[str, str, str]:
    """The name, the PREPARE with $1, $2... and the EXECUTE with the values in that order."""
    names = list(dict.fromkeys(_VALUE.findall(statement)))
    name = f"cx_{hashlib.sha256(statement.encode()).hexdigest()[:16]}"
    numbered = _VALUE.sub(lambda value: f"${names.index(value[1]) + 1}", statement)
    values = ", ".join(f"%({each})s" for each in names)
    return name, f"PREPARE {name} AS {numbered}", f"EXECUTE {name} ({values})"
