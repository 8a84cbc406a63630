"""The members of an organisation, owners first."""

from accounts.models import Membership
from accounts.rules.roles import Role

RANKS = [Role.OWNER.value, Role.MANAGER.value, Role.RESPONDER.value, Role.VIEWER.value]


def members() -> list[Membership]:
    """Return the members with their users by rank, then by address."""
    rows = Membership.objects.select_related("user")
    return sorted(rows, key=lambda one: (RANKS.index(one.role), one.user.email))
