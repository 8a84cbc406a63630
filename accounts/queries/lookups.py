"""What is read before an organisation is entered: only which one it is, and the row's id."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Belonging:
    """One organisation a user belongs to, as the switcher shows it."""

    organisation_id: int
    membership_id: int
    slug: str
    name: str


def belongings(user_id: int) -> list[Belonging]:
    """Return the organisations of a user, by name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_memberships_of(%s)", [user_id])
        return [Belonging(*row) for row in cursor.fetchall()]


def organisation_of_slug(slug: str) -> int | None:
    return _one("SELECT accounts_organisation_of_slug(%s)", slug)


def organisation_of_joining(invitation_id: int) -> int | None:
    return _one("SELECT accounts_organisation_of_joining(%s)", invitation_id)


def organisation_ids() -> list[int]:
    """Return every organisation's id, for work that the clock starts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_organisation_ids()")
        return [row[0] for row in cursor.fetchall()]


def key_of_prefix(prefix: str) -> tuple[int, int] | None:
    """Return (organisation id, key id) of the API key with this prefix."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_key_of_prefix(%s)", [prefix])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def _one(statement: str, wanted: str | int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [wanted])
        (found,) = cursor.fetchone()
    return found if found is None else int(found)
