"""Keys with which programs come in, and the answers kept for repeated calls."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models.organisations import Tenant
from accounts.models.users import User


class ApiKey(Tenant):
    """`cx_` + 8 characters + `_` + 26 + 6 of checksum; only the SHA-256 is stored."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=8, unique=True)
    sha256 = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40))
    is_test = models.BooleanField(default=False)
    # A plain integer: programmes live in a later stage.
    programme_id = models.BigIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(revoked_at__isnull=True),
                name="api_key_name_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} (cx_{self.prefix}_...)"


class IdempotencyKey(Tenant):
    """The stored answer to a call, so that its repetition changes nothing."""

    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    key = models.CharField(max_length=255)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "api_key", "method", "path", "key"], name="idempotency_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.key}"
