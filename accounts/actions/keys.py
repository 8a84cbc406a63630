"""Create and revoke the keys with which programs come in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from accounts.actions.auditing import record_change
from accounts.models import ApiKey, Organisation
from accounts.rules.actors import Actor
from accounts.rules.scopes import Scope
from kit import tenancy, tokens
from kit.texts import is_line

ID_LENGTH = 8
SECRET_LENGTH = 26  # base62 characters that hold 154 bits
LONGEST_NAME = 80


class BadKey(ValueError):
    """Raised when a key cannot be created like this; the text says why."""


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """A key and its text, which is shown once and cannot be had again."""

    key: ApiKey
    text: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a new key shall be called and be able to do."""

    name: str
    scopes: Collection[Scope]
    is_test: bool = False
    programme_id: int | None = None
    expires_at: datetime | None = None


def create_key(*, organisation_id: int, wanted: Wanted, actor: Actor, now: datetime) -> NewKey:
    """Create a key; only the digest of its text is stored."""
    name = _checked(wanted, now)
    prefix = tokens.random_letters(ID_LENGTH)
    text = _with_checksum(f"cx_{prefix}_{tokens.random_letters(SECRET_LENGTH)}")
    with tenancy.organisation(organisation_id):
        # One at a time: of two keys with one name the second would fail on the constraint.
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
        if ApiKey.objects.filter(name=name, revoked_at__isnull=True).exists():
            raise BadKey(f"There is a key called {name!r} already.")
        key = ApiKey.objects.create(
            organisation_id=organisation_id,
            name=name,
            prefix=prefix,
            sha256=tokens.digest(text),
            scopes=sorted(wanted.scopes),
            is_test=wanted.is_test,
            programme_id=wanted.programme_id,
            created_by_id=actor.user_id,
            created_at=now,
            expires_at=wanted.expires_at,
        )
        _record("key.created", key, actor, now)
    return NewKey(key=key, text=text)


def revoke_key(*, organisation_id: int, key_id: int, actor: Actor, now: datetime) -> None:
    """End a key at once; revoking it again changes nothing."""
    with tenancy.organisation(organisation_id):
        key = ApiKey.objects.get(pk=key_id)
        if ApiKey.objects.filter(pk=key_id, revoked_at__isnull=True).update(revoked_at=now):
            _record("key.revoked", key, actor, now)


def _checked(wanted: Wanted, now: datetime) -> str:
    name = wanted.name.strip()
    if not name or len(name) > LONGEST_NAME or not is_line(name):
        raise BadKey(f"A name is one line of 1 to {LONGEST_NAME} characters.")
    if not wanted.scopes or not set(wanted.scopes) <= set(Scope):
        raise BadKey("Say what the key may do: one or more of " + ", ".join(Scope) + ".")
    if wanted.expires_at is not None and wanted.expires_at <= now:
        raise BadKey("The key would have expired before its first use.")
    return name


def _with_checksum(text: str) -> str:
    return text + tokens.checksum(text)


def _record(action: str, key: ApiKey, actor: Actor, now: datetime) -> None:
    record_change(
        organisation_id=key.organisation_id,
        actor=actor,
        action=action,
        object_type="key",
        object_id=key.pk,
        after={
            "name": key.name,
            "prefix": key.prefix,
            "scopes": key.scopes,
            "is_test": key.is_test,
            "programme": key.programme_id,
            "expires_at": key.expires_at,
        },
        now=now,
    )
