"""Finds who texted a number, before it is known whose customer answered."""

from collections.abc import Iterator

from django.db import connection

from kit.phones import is_phone


def invitations_texted(phone: str) -> Iterator[tuple[int, int]]:
    """Return each organisation that texted this number, with its newest invitation by text."""
    if not is_phone(phone):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM surveys_invitations_texted(%s)", [phone])
        rows = cursor.fetchall()
    yield from ((organisation_id, invitation_id) for organisation_id, invitation_id in rows)
