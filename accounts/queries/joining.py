"""Who was invited to join, and what a joining link opens."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import JoiningInvitation, User
from accounts.queries.lookups import organisation_of_joining
from accounts.rules.roles import Role
from kit import tenancy, tokens

PURPOSE = "joining"


@dataclass(frozen=True, kw_only=True)
class Openable:
    """An invitation whose link still works."""

    organisation_id: int
    invitation_id: int
    organisation: str
    slug: str
    email: str
    role: Role
    is_user: bool


def token_of(invitation_id: int) -> str:
    """Return the token of an invitation's link; it is rebuilt each time and stored nowhere."""
    return tokens.sign(PURPOSE, invitation_id)


def openable(token: str, now: datetime) -> Openable | None:
    """Return what the link opens, or None when it is unknown, used, revoked or too old."""
    invitation_id = tokens.read(PURPOSE, token)
    organisation_id = organisation_of_joining(invitation_id) if invitation_id is not None else None
    if invitation_id is None or organisation_id is None:
        return None
    with tenancy.organisation(organisation_id):
        row = open_invitations(now).select_related("organisation").filter(pk=invitation_id).first()
    return _openable(row) if row else None


def open_invitations(now: datetime) -> QuerySet[JoiningInvitation]:
    """The organisation's invitations that can still be used, newest first."""
    return JoiningInvitation.objects.filter(
        used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now
    ).order_by("-id")


def _openable(row: JoiningInvitation) -> Openable:
    return Openable(
        organisation_id=row.organisation_id,
        invitation_id=row.pk,
        organisation=row.organisation.name,
        slug=row.organisation.slug,
        email=row.email,
        role=Role(row.role),
        is_user=User.objects.filter(email=row.email).exists(),
    )
