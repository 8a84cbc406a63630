"""Who changed what: one row per change, no foreign keys, never updated or deleted."""

from django.db import models


class AuditEntry(models.Model):
    organisation_id = models.BigIntegerField()
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    api_key_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=254)
    ip = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "-id"], name="audit_newest"),
            # Few among many: trends are marked where the time zone changed.
            models.Index(
                fields=["organisation_id", "id"],
                condition=models.Q(action="organisation.edited"),
                name="audit_of_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action}"
