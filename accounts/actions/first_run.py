"""Found the first organisation of a new installation from a page, by a link printed on the server.

Whoever reaches a fresh installation before its owner must not be able to claim it: the link is
signed with the installation's key, opens nothing once there is an organisation, and is stored
nowhere.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from accounts.actions.founding import Founded, found_organisation
from accounts.queries.lookups import organisation_ids
from kit import tokens

PURPOSE = "first organisation"
FIRST = 1
# One at a time: two pages that are sent at once would both find the installation empty.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


class AlreadyFounded(Exception):
    """Raised when the installation has an organisation; its link is dead."""


def first_link() -> str:
    """The address that founds the first organisation."""
    return f"{settings.BASE_URL}/start/{tokens.sign(PURPOSE, FIRST)}/"


def is_new() -> bool:
    """Whether this installation has no organisation yet."""
    return not organisation_ids()


def opens(token: str) -> bool:
    """Whether this token founds the first organisation, now."""
    return tokens.read(PURPOSE, token) == FIRST and is_new()


def found_first(*, now: datetime, **given: Any) -> Founded:
    """Found it as `found_organisation` does; raises AlreadyFounded when somebody was first."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [PURPOSE])
        if not is_new():
            raise AlreadyFounded
        return found_organisation(now=now, **given)
