"""The journal's tables: what happened, and one row for each reaction that is still owed."""

from django.db import models


class Event(models.Model):
    """Something this product did; the payload carries ids only, so that erasing needs no search."""

    organisation_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    # The request or the task that did it, as its log lines name it.
    request_id = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "kind", "-id"], name="event_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Delivery(models.Model):
    """One reaction owed to one event; gone when done, so the table is as small as the backlog."""

    organisation_id = models.BigIntegerField()
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    reaction = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "event", "reaction"], name="delivery_once"
            )
        ]
        indexes = [models.Index(fields=["due_at", "id"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.reaction} of event {self.event_id}"
