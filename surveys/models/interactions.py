"""One customer at one touchpoint at one time, with its context frozen as it was."""

from django.db import models
from django.db.models import Q

from accounts.models import Tenant
from surveys.models.journeys import Touchpoint
from surveys.models.people import Customer


class Interaction(Tenant):
    class Way(models.TextChoices):
        API = "api", "API"
        IMPORT = "import", "Import"
        # Whoever imported it saw how many would be asked, and wished it.
        TO_ASK = "to_ask", "Import, to be asked"
        CONSOLE = "console", "By hand"

    source = models.CharField(max_length=80)
    source_id = models.CharField(max_length=200)
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="interactions")
    occurred_at = models.DateTimeField()
    local_on = models.DateField()
    recorded_at = models.DateTimeField()
    way = models.CharField(max_length=8, choices=Way.choices)
    is_test = models.BooleanField(default=False)
    subject = models.CharField(max_length=200, blank=True)
    # Agent, team, branch, plan, channel, reason...: as they were when it happened.
    context = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "source", "source_id"], name="interaction_once"
            ),
            models.CheckConstraint(condition=~Q(source_id=""), name="interaction_has_id"),
        ]
        indexes = [
            models.Index(fields=["organisation", "-recorded_at", "-id"], name="interaction_newest"),
            models.Index(
                fields=["organisation", "customer", "-occurred_at"], name="interaction_of"
            ),
            models.Index(fields=["organisation", "touchpoint", "local_on"], name="interaction_at"),
        ]

    def __str__(self) -> str:
        return f"{self.source}/{self.source_id}"
