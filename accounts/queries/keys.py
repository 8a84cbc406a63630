"""Whose key a program shows, and the keys of an organisation."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import ApiKey
from accounts.rules.actors import Actor
from kit import tenancy, tokens

SHAPE = re.compile(r"(cx_([0-9A-Za-z]{8})_[0-9A-Za-z]{26})([0-9A-Za-z]{6})")
USE_IS_NOTED_EVERY = timedelta(minutes=1)
WHOSE = "SELECT organisation_id FROM accounts_key_of_prefix(%(prefix)s)"
FIND = """
    SELECT sha256, last_used_at, organisation_id, id, name, scopes, is_test, programme_id
    FROM accounts_apikey
    WHERE prefix = %(prefix)s AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > %(now)s)
"""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The program behind a valid key: what it may do, and for whom."""

    organisation_id: int
    key_id: int
    prefix: str
    name: str
    scopes: frozenset[str]
    is_test: bool
    programme_id: int | None

    def actor(self, ip: str | None) -> Actor:
        """Return the program as the audit trail names it."""
        return Actor(name=f"key {self.name}", api_key_id=self.key_id, ip=ip)


def authenticate(key_text: str, now: datetime) -> Identity | None:
    """Return who shows this key; None for one that is malformed, unknown, revoked or expired.

    Notes the use, at most once a minute: the one write of this shelf, for reading a key and
    noting that it was read must not be two calls that somebody can make one of.
    """
    parts = SHAPE.fullmatch(key_text)
    if parts is None or not hmac.compare_digest(tokens.checksum(parts[1]), parts[3]):
        return None
    rows = tenancy.in_one_trip(WHOSE, FIND, {"prefix": parts[2], "now": now})
    if not rows or not hmac.compare_digest(rows[0][0], tokens.digest(key_text)):
        return None
    _, last_used_at, organisation_id, key_id, name, scopes, is_test, programme_id = rows[0]
    if last_used_at is None or last_used_at <= now - USE_IS_NOTED_EVERY:
        with tenancy.organisation(organisation_id):
            ApiKey.objects.filter(pk=key_id).update(last_used_at=now)
    return Identity(
        organisation_id=organisation_id,
        key_id=key_id,
        prefix=parts[2],
        name=name,
        scopes=frozenset(scopes),
        is_test=is_test,
        programme_id=programme_id,
    )


def keys() -> QuerySet[ApiKey]:
    """The keys of the organisation that was entered: working ones first, then by name."""
    return ApiKey.objects.select_related("created_by").order_by("-revoked_at", "name", "id")
