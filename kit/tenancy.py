"""Enter an organisation: open the transaction and tell PostgreSQL whose rows may be seen."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction

from kit.statements import prepared

NO_WAIT = ", set_config('synchronous_commit', 'off', true)"

_organisation: ContextVar[int | None] = ContextVar("organisation", default=None)


class AnotherOrganisation(RuntimeError):
    """Raised when code inside one organisation tries to enter a second one."""


def current() -> int | None:
    """Return the id of the organisation entered in this context, or None."""
    return _organisation.get()


@contextmanager
def organisation(organisation_id: int) -> Iterator[None]:
    """Run the block in one transaction that sees the rows of this organisation only.

    Entering the same organisation again is a savepoint; entering another one raises.
    """
    held = _organisation.get()
    if held is not None and held != organisation_id:
        raise AnotherOrganisation(f"inside {held}, asked for {organisation_id}")
    with transaction.atomic():
        if held is not None:
            yield
            return
        mark = _organisation.set(organisation_id)
        try:
            with _setting("cx.organisation", str(organisation_id)):
                yield
        finally:
            _organisation.reset(mark)


def in_one_trip(
    organisation: str,
    statement: str,
    values: Mapping[str, Any],
    *,
    waits: bool = True,
    first: str = "",
) -> list[Any]:
    """Run one statement inside the organisation that the SQL `organisation` finds; fetch its rows.

    Both travel together and are one transaction of their own: a survey page costs one round trip
    instead of five. Where no organisation is found the statement sees and writes nothing.

    `first` locks what the statement would wait for in its midst: what it sees is settled when it
    begins, and whoever waits after that writes beside rows that it does not know of.

    With `waits=False` the commit does not wait for the disk: a crash of the database in the next
    moments may forget it, but never after something was committed with a wait.
    """
    with connection.cursor() as cursor:
        enter = f"SELECT set_config('cx.organisation', ({organisation})::text, true)"
        enter += "" if waits else NO_WAIT
        locks = f"{prepared(cursor, first)}; " if first else ""
        cursor.execute(f"{enter}; {locks}{prepared(cursor, statement)}", values)
        rows: list[Any] = cursor.fetchall()
    if connection.in_atomic_block:  # the caller's transaction goes on in its own organisation
        _set_local("cx.organisation", str(current() or ""))
    return rows


@contextmanager
def system(name: str) -> Iterator[None]:
    """Run the block in one transaction that a queue table's policy of this name lets through."""
    with transaction.atomic(), _setting("cx.system", name):
        yield


@contextmanager
def _setting(key: str, value: str) -> Iterator[None]:
    _set_local(key, value)
    yield
    # SET LOCAL ends with the transaction; inside an outer one it would outlive this block.
    if connection.savepoint_ids:
        _set_local(key, "")


def _set_local(key: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [key, value])
