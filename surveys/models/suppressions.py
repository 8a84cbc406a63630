"""Addresses that are not to be asked, for one programme or for all."""

from django.db import models
from django.db.models import Q

from accounts.models import Tenant
from surveys.models.asking import Invitation
from surveys.models.programmes import Programme


class Suppression(Tenant):
    """Holds per address, so that two customers sharing one are both left in peace."""

    class Reason(models.TextChoices):
        OPTED_OUT = "opted_out", "Opted out"
        BOUNCED = "bounced", "Address does not exist"
        COMPLAINED = "complained", "Reported our mail as spam"
        STAFF = "staff", "Stopped by staff"
        NOT_ME = "not_me", "Reached somebody else"

    address_key = models.CharField(max_length=254)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    invitation = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "address_key", "programme", "reason"],
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="suppression_once",
            ),
            models.CheckConstraint(condition=~Q(address_key=""), name="suppression_has_address"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.created_at:%Y-%m-%d}"
