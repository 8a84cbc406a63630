"""Who belongs to an organisation, and who was invited to."""

from django.db import models
from django.db.models import Q

from accounts.models.organisations import Tenant
from accounts.models.users import User
from accounts.rules.roles import Role

ROLES = [(role.value, role.value.capitalize()) for role in Role]


class Membership(Tenant):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=12, choices=ROLES)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=list(Role)), name="membership_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} as {self.role}"


class JoiningInvitation(Tenant):
    """Bound to one address, organisation and role; used once; its token is rebuilt, not stored."""

    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=12, choices=ROLES)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="joining_open_once",
            ),
            models.CheckConstraint(condition=Q(role__in=list(Role)), name="joining_role"),
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"
