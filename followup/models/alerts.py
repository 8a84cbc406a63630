"""Alerts: which answers somebody is told of at once, who that is, and what she was told."""

from django.db import models
from django.db.models import Q

from accounts.models import Membership, Tenant
from followup.models.webhooks import WebhookEndpoint, names_field, numbers_field


class AlertRule(Tenant):
    """Of these answers these people are told, and this chat."""

    name = models.CharField(max_length=120)
    groups = names_field(6)
    # Empty: all of them.
    programmes = numbers_field()
    touchpoints = numbers_field()
    chat = models.OneToOneField(
        WebhookEndpoint, on_delete=models.SET_NULL, null=True, related_name="alert_rule"
    )
    # Whether the message says who it was; the words are in it either way.
    names_customer = models.BooleanField(default=True)
    # So many an hour one by one; the others in one line at the end of it.
    per_hour = models.PositiveSmallIntegerField(default=10)
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=254)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(groups=[]), name="alert_rule_groups"),
            models.CheckConstraint(condition=Q(per_hour__gte=1), name="alert_rule_per_hour"),
        ]

    def __str__(self) -> str:
        return self.name


class AlertRecipient(Tenant):
    """A member who is written to; whoever leaves the organisation is not."""

    rule = models.ForeignKey(AlertRule, on_delete=models.CASCADE, related_name="recipients")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "rule", "membership"], name="alert_recipient_once"
            )
        ]

    def __str__(self) -> str:
        return f"member {self.membership_id} by rule {self.rule_id}"


class Alert(Tenant):
    """One answer by one rule, told once. It holds ids: the words are read when it is written."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for words"
        TOLD = "told", "Told"
        HELD = "held", "Kept for one line with others"
        DIGESTED = "digested", "Told in one line with others"
        DROPPED = "dropped", "Not told: it is no bad answer any more"

    rule = models.ForeignKey(AlertRule, on_delete=models.CASCADE, related_name="alerts")
    response = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    # The first alert of the line that it was told in.
    digest = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "rule", "response"], name="alert_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "told", "held", "digested", "dropped"]),
                name="alert_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["waiting", "held"]),
                name="alert_due",
            ),
            models.Index(fields=["organisation", "rule", "-settled_at"], name="alert_told"),
        ]

    def __str__(self) -> str:
        return f"response {self.response} by rule {self.rule_id}"
