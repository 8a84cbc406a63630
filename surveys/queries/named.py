"""Finds the messages that a provider speaks of, before it is known whose they are."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Named:
    """One message, its organisation, and the name by which it was found."""

    organisation_id: int
    message_id: int
    name: str


def messages_named(names: Collection[str]) -> Iterator[Named]:
    """Return the messages with these Message-IDs or provider's ids; others are not ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM surveys_messages_named(%s)", [list(names)])
        yield from (Named(*row) for row in cursor.fetchall())
