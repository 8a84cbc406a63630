"""Invite people to an organisation by a signed link that works once, and let them join."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction

from accounts.actions.auditing import record_change
from accounts.actions.letters import cancel_letter, write_letter
from accounts.actions.members import AlreadyMember, close_invitations
from accounts.models import JoiningInvitation, Membership, Organisation, User
from accounts.queries.joining import Openable, openable
from accounts.rules.actors import Actor
from accounts.rules.addresses import clean_address
from accounts.rules.roles import Role
from kit import tenancy

LIFETIME = timedelta(days=7)


class DeadInvitation(Exception):
    """Raised for a link that is unknown, used, revoked or too old: all look the same."""


class AnotherPerson(Exception):
    """Raised when somebody signed in opens a link that was sent to another address."""


class NeedsSignIn(Exception):
    """Raised when the address belongs to a user who has to sign in to join."""


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """What a person tells who has never signed in here."""

    name: str
    password: str


def invite(
    *, organisation_id: int, email: str, role: Role, actor: Actor, now: datetime
) -> JoiningInvitation:
    """Write to somebody with a link to join; an earlier open link to the same address dies.

    The link is bound to address, organisation and role, so another role means another link.
    """
    email = clean_address(email)
    with tenancy.organisation(organisation_id):
        # One invitation at a time: two at once would both find none open.
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
        if Membership.objects.filter(user__email=email).exists():
            raise AlreadyMember(email)
        before = close_invitations(email=email, now=now)
        invitation = JoiningInvitation.objects.create(
            organisation_id=organisation_id,
            email=email,
            role=role,
            invited_by_id=actor.user_id,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        write_letter(
            kind="joining",
            about=f"joining:{invitation.pk}",
            to=email,
            organisation_id=organisation_id,
            context={"invitation": invitation.pk},
            expires_at=invitation.expires_at,
            now=now,
        )
        _record("member.invited", invitation, actor, now, before=before)
    return invitation


def revoke_invitation(
    *, organisation_id: int, invitation_id: int, actor: Actor, now: datetime
) -> None:
    """Make a link die that nobody has used yet."""
    with tenancy.organisation(organisation_id):
        invitation = JoiningInvitation.objects.get(pk=invitation_id)
        open_ones = JoiningInvitation.objects.filter(
            pk=invitation_id, used_at__isnull=True, revoked_at__isnull=True
        )
        if open_ones.update(revoked_at=now):
            cancel_letter(about=f"joining:{invitation_id}", now=now)
            _record("member.invitation_revoked", invitation, actor, now)


def join_as_newcomer(*, token: str, newcomer: Newcomer, ip: str | None, now: datetime) -> User:
    """Create the invited person as a user and a member; the link proved the address hers."""
    found = _opened(token, now)
    name = newcomer.name.strip()
    validate_password(newcomer.password, User(email=found.email, name=name))
    with transaction.atomic():
        user = _new_user(found.email, newcomer.password, name)
        _join(found, user, ip, now)
    return user


def join_as_user(*, token: str, user: User, ip: str | None, now: datetime) -> str:
    """Make a signed-in user a member of the organisation that invited her; return its slug."""
    found = _opened(token, now)
    if user.email.lower() != found.email:
        raise AnotherPerson(found.email)
    _join(found, user, ip, now)
    return found.slug


def _new_user(email: str, password: str, name: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(email, password, name=name)
    except IntegrityError as taken:
        # She has a sign-in, perhaps since a moment ago by the link of another organisation.
        raise NeedsSignIn(email) from taken


def _opened(token: str, now: datetime) -> Openable:
    found = openable(token, now)
    if found is None:
        raise DeadInvitation
    return found


def _join(found: Openable, user: User, ip: str | None, now: datetime) -> None:
    with tenancy.organisation(found.organisation_id):
        _use_up(found, now)
        member, is_new = Membership.objects.get_or_create(
            organisation_id=found.organisation_id,
            user=user,
            defaults={"role": found.role, "created_at": now},
        )
        if is_new:
            record_change(
                organisation_id=found.organisation_id,
                actor=Actor(name=user.email, user_id=user.pk, ip=ip),
                action="member.joined",
                object_type="member",
                object_id=member.pk,
                after={"email": user.email, "role": found.role},
                now=now,
            )


def _use_up(found: Openable, now: datetime) -> None:
    """Claim the link: 0 rows changed means another click, or a revocation, was first."""
    claimed = JoiningInvitation.objects.filter(
        pk=found.invitation_id,
        used_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=now,
    ).update(used_at=now)
    if not claimed:
        raise DeadInvitation


def _record(
    action: str,
    invitation: JoiningInvitation,
    actor: Actor,
    now: datetime,
    before: dict[str, str] | None = None,
) -> None:
    record_change(
        organisation_id=invitation.organisation_id,
        actor=actor,
        action=action,
        object_type="invitation",
        object_id=invitation.pk,
        before=before or {},
        after={"email": invitation.email, "role": invitation.role},
        now=now,
    )
