"""Pauses of sending: for some time nobody new is asked, and what was to leave waits."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Tenant


class SendingPause(Tenant):
    """An incident: for everybody, or for those of whom a property is one of the values."""

    reason = models.CharField(max_length=120)
    key = models.CharField(max_length=60, blank=True)
    values = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)  # empty: until somebody ends it
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="sending_pause_reason"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("begins_at")),
                name="sending_pause_ends_later",
            ),
            models.CheckConstraint(
                condition=Q(key="", values=[]) | (~Q(key="") & ~Q(values=[])),
                name="sending_pause_whom",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-begins_at"], name="sending_pause_newest")]

    def __str__(self) -> str:
        return self.reason
