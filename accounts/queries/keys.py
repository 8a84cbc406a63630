"""Whose key a program shows, and the keys of an organisation."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.models import ApiKey
from accounts.queries.lookups import key_of_prefix
from accounts.rules.actors import Actor
from kit import tenancy, tokens

SHAPE = re.compile(r"(cx_([0-9A-Za-z]{8})_[0-9A-Za-z]{26})([0-9A-Za-z]{6})")
USE_IS_NOTED_EVERY = timedelta(minutes=1)


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
    found = key_of_prefix(parts[2])
    if found is None:
        return None
    organisation_id, key_id = found
    with tenancy.organisation(organisation_id):
        key = ApiKey.objects.filter(_alive(now), pk=key_id).first()
        if key is None or not hmac.compare_digest(key.sha256, tokens.digest(key_text)):
            return None
        _note_use(key, now)
    return _identity(key)


def keys() -> QuerySet[ApiKey]:
    """The keys of the organisation that was entered: working ones first, then by name."""
    return ApiKey.objects.select_related("created_by").order_by("-revoked_at", "name", "id")


def _alive(now: datetime) -> Q:
    return Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def _note_use(key: ApiKey, now: datetime) -> None:
    stale = now - USE_IS_NOTED_EVERY
    if key.last_used_at is None or key.last_used_at <= stale:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)


def _identity(key: ApiKey) -> Identity:
    return Identity(
        organisation_id=key.organisation_id,
        key_id=key.pk,
        prefix=key.prefix,
        name=key.name,
        scopes=frozenset(key.scopes),
        is_test=key.is_test,
        programme_id=key.programme_id,
    )
