"""What was found when somebody asked whether mails can leave in the organisation's name."""

from django.db import models
from django.db.models import Q

from accounts.models.organisations import Tenant


class SenderCheck(Tenant):
    """The latest check of each kind. A worker makes it: a slow server must not hold up a page."""

    class Kind(models.TextChoices):
        MAIL = "mail", "A test mail"
        RECORDS = "records", "SPF, DKIM and DMARC"

    kind = models.CharField(max_length=7, choices=Kind.choices)
    asked_at = models.DateTimeField()
    asked_by = models.EmailField(max_length=254)  # the test mail goes there and nowhere else
    begun_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    found = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="sender_check_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["mail", "records"]), name="sender_check_kind"
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(begun_at__isnull=True), name="sender_check_asked"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} asked {self.asked_at}"
