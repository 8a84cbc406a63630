"""Found an organisation together with its first owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, connection, transaction

from accounts.actions.auditing import record_change
from accounts.actions.joining import invite
from accounts.actions.members import add_member
from accounts.models import Organisation, User
from accounts.queries.lookups import organisation_of_slug
from accounts.rules.actors import Actor
from accounts.rules.addresses import clean_address
from accounts.rules.names import is_slug, is_zone, slug_from
from accounts.rules.roles import Role
from kit import tenancy
from kit.texts import is_line

# Nobody likes a survey at night: Monday to Saturday, 8:00 to 20:00, until somebody says otherwise.
Hours = Mapping[str, Any]
USUAL_HOURS: Hours = {"sending_days": "123456", "sending_opens": 8 * 60, "sending_closes": 20 * 60}
# Where no mail leaves the machine nobody's sleep is at stake.
ANY_HOURS: Hours = {"sending_days": "1234567", "sending_opens": 0, "sending_closes": 24 * 60}


class BadOrganisation(ValueError):
    """Raised when an organisation cannot be founded like this; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who shall own the organisation; without a password she is invited, unless she signs in."""

    email: str
    name: str = ""
    password: str | None = None


@dataclass(frozen=True, kw_only=True)
class Founded:
    """The organisation; the invitation is set when the owner has yet to join."""

    organisation_id: int
    slug: str
    invitation_id: int | None
    is_password_used: bool


def found_organisation(
    *,
    name: str,
    time_zone: str,
    owner: Owner,
    actor: Actor,
    now: datetime,
    slug: str = "",
    language: str = "en",
    hours: Hours = USUAL_HOURS,
) -> Founded:
    """Create an organisation and its owner in one transaction."""
    email = clean_address(owner.email)
    with transaction.atomic():
        organisation = create_organisation(
            name=name,
            time_zone=time_zone,
            actor=actor,
            now=now,
            slug=slug,
            language=language,
            hours=hours,
        )
        known = User.objects.filter(email=email).first()
        user = known or (_new_user(email, owner) if owner.password is not None else None)
        invitation_id = _bring_in(organisation.pk, email, user, actor, now)
    return Founded(
        organisation_id=organisation.pk,
        slug=organisation.slug,
        invitation_id=invitation_id,
        is_password_used=known is None and user is not None,
    )


def create_organisation(
    *,
    name: str,
    time_zone: str,
    actor: Actor,
    now: datetime,
    slug: str = "",
    language: str = "en",
    hours: Hours = USUAL_HOURS,
) -> Organisation:
    """Create an organisation that nobody belongs to yet; a slug is made where none is given."""
    name = name.strip()
    _check(name, time_zone, slug)
    slug = slug or _free_slug(slug_from(name))
    organisation_id = _next_id()
    # Row-level security shows and takes only rows of the organisation that was entered.
    with tenancy.organisation(organisation_id):
        organisation = Organisation(
            pk=organisation_id,
            name=name,
            slug=slug,
            time_zone=time_zone,
            language=language,
            created_at=now,
            **hours,
        )
        _store(organisation)
        record_change(
            organisation_id=organisation_id,
            actor=actor,
            action="organisation.founded",
            object_type="organisation",
            object_id=organisation_id,
            after={"name": name, "slug": slug, "time_zone": time_zone, "language": language},
            now=now,
        )
    return organisation


def _store(organisation: Organisation) -> None:
    try:
        with transaction.atomic():
            organisation.save(force_insert=True)
    except IntegrityError as taken:
        # Somebody founded another one between our look at the slug and this row.
        raise BadOrganisation(_taken(organisation.slug)) from taken


def _taken(slug: str) -> str:
    return f"Another organisation has the address {slug!r} already."


def _bring_in(
    organisation_id: int, email: str, user: User | None, actor: Actor, now: datetime
) -> int | None:
    """Make the owner a member, or invite her and return the invitation's id."""
    if user is None:
        invitation = invite(
            organisation_id=organisation_id, email=email, role=Role.OWNER, actor=actor, now=now
        )
        return invitation.pk
    add_member(organisation_id=organisation_id, user=user, role=Role.OWNER, actor=actor, now=now)
    return None


def _check(name: str, time_zone: str, slug: str) -> None:
    if not name or len(name) > 120 or not is_line(name):
        raise BadOrganisation("A name is one line of 1 to 120 characters.")
    if not is_zone(time_zone):
        raise BadOrganisation(
            f"{time_zone!r} is no time zone; write it as Europe/Berlin, America/New_York or UTC."
        )
    if slug and not is_slug(slug):
        raise BadOrganisation(
            f"{slug!r} cannot stand in an address: use small letters, digits and single hyphens."
        )
    if slug and organisation_of_slug(slug) is not None:
        raise BadOrganisation(_taken(slug))


def _free_slug(wanted: str) -> str:
    number, slug = 1, wanted
    while organisation_of_slug(slug) is not None:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('accounts_organisation', 'id'))")
        (value,) = cursor.fetchone()
    return int(value)


def _new_user(email: str, owner: Owner) -> User:
    validate_password(owner.password or "", User(email=email, name=owner.name))
    return User.objects.create_user(email, owner.password, name=owner.name.strip())
