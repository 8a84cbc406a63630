"""What became of mails after they were handed over, and what was stopped because of it."""

from django.db import models
from django.db.models import Q

from accounts.models import Tenant
from surveys.models.messages import Message
from surveys.models.programmes import Programme
from surveys.rules.brakes import Because
from surveys.rules.reports import Report


class DeliveryReport(Tenant):
    """One thing a provider, or the server at hand-over, said of a mail: kept once, never its words.

    The words may hold the address; the code says as much to us.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reports")
    provider = models.CharField(max_length=30)
    # The provider's id of the event, or a hash of all that makes it this one.
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Report])
    code = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "provider", "key"], name="delivery_report_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=list(Report)), name="delivery_report_kind"),
        ]
        indexes = [
            models.Index(fields=["organisation", "received_at"], name="delivery_report_received")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of message {self.message_id}"


class Brake(Tenant):
    """Sending stopped by itself, for one programme or for all, until somebody has looked."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="+")
    because = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Because])
    # How many of how many mails: the reason in figures.
    count = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    pulled_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "programme"],
                condition=Q(released_at__isnull=True),
                nulls_distinct=False,
                name="brake_once",
            ),
            models.CheckConstraint(condition=Q(because__in=list(Because)), name="brake_because"),
        ]

    def __str__(self) -> str:
        return f"{self.because}: {self.count} of {self.of}"
