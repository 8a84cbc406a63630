"""Add, change and remove the members of an organisation; one owner always stays."""

from datetime import datetime

from accounts.actions.auditing import record_change
from accounts.actions.letters import cancel_letter
from accounts.models import JoiningInvitation, Membership, Organisation, User
from accounts.rules.actors import Actor
from accounts.rules.roles import Role
from kit import tenancy


class LastOwner(Exception):
    """Raised when nobody would be left who may manage members."""


class AlreadyMember(Exception):
    """Raised when the person belongs to the organisation already."""


def add_member(
    *, organisation_id: int, user: User, role: Role, actor: Actor, now: datetime
) -> Membership:
    """Make the user a member at once, without an invitation."""
    with tenancy.organisation(organisation_id):
        member, is_new = Membership.objects.get_or_create(
            organisation_id=organisation_id,
            user=user,
            defaults={"role": role, "created_at": now},
        )
        if not is_new:
            raise AlreadyMember(user.email)
        record_change(
            organisation_id=organisation_id,
            actor=actor,
            action="member.added",
            object_type="member",
            object_id=member.pk,
            after={"email": user.email, "role": role},
            now=now,
        )
    return member


def change_role(
    *, organisation_id: int, membership_id: int, role: Role, actor: Actor, now: datetime
) -> None:
    """Give a member another role; it holds from her next click."""
    with tenancy.organisation(organisation_id):
        member = _locked_member(organisation_id, membership_id)
        if member.role == role:
            return
        _keep_an_owner(member)
        close_invitations(email=member.user.email, now=now)
        before, member.role = member.role, role
        member.save(update_fields=["role"])
        record_change(
            organisation_id=organisation_id,
            actor=actor,
            action="member.role_changed",
            object_type="member",
            object_id=member.pk,
            # The address on one side only: what is the same on both is not kept.
            before={"role": before},
            after={"email": member.user.email, "role": role},
            now=now,
        )


def remove_member(*, organisation_id: int, membership_id: int, actor: Actor, now: datetime) -> None:
    """End a membership: pages look for it on every request, so it ends with this transaction."""
    with tenancy.organisation(organisation_id):
        member = _locked_member(organisation_id, membership_id)
        _keep_an_owner(member)
        close_invitations(email=member.user.email, now=now)
        member.delete()
        record_change(
            organisation_id=organisation_id,
            actor=actor,
            action="member.removed",
            object_type="member",
            object_id=membership_id,
            before={"email": member.user.email, "role": member.role},
            now=now,
        )


def close_invitations(*, email: str, now: datetime) -> dict[str, str]:
    """Make open links to an address die and return what the last of them offered.

    A link that outlived a removal, or a change of role, would undo it with one click.
    """
    offered: dict[str, str] = {}
    for invitation in JoiningInvitation.objects.filter(
        email=email, used_at__isnull=True, revoked_at__isnull=True
    ):
        offered = {"role": invitation.role}
        invitation.revoked_at = now
        invitation.save(update_fields=["revoked_at"])
        cancel_letter(about=f"joining:{invitation.pk}", now=now)
    return offered


def _locked_member(organisation_id: int, membership_id: int) -> Membership:
    # One lock for all changes of members: two owners who remove each other would both succeed.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
    return Membership.objects.select_related("user").get(pk=membership_id)


def _keep_an_owner(member: Membership) -> None:
    others = Membership.objects.filter(role=Role.OWNER).exclude(pk=member.pk)
    if member.role == Role.OWNER and not others.exists():
        raise LastOwner(member.user.email)
