"""A mail that must leave: the states it passes through, the same for customers and for staff."""

from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    QUEUED = "queued", "Queued"
    CLAIMED = "claimed", "Claimed by a worker"
    HANDING_OVER = "handing_over", "Being handed over"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    UNCERTAIN = "uncertain", "Uncertain"
    SUPPRESSED = "suppressed", "Suppressed"
    EXPIRED = "expired", "Expired"
    CANCELLED = "cancelled", "Cancelled"


OPEN_STATES = (State.QUEUED, State.CLAIMED, State.HANDING_OVER)
# What did or may have reached whoever it is for.
LEFT_STATES = (State.HANDING_OVER, State.SENT, State.UNCERTAIN)


class Outgoing(models.Model):
    """One mail. The row is the truth; its words are rendered at hand-over and never stored."""

    State = State

    state = models.CharField(max_length=14, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=120, unique=True)
    # The provider's own id of the mail, where it gave one: its reports may name that alone.
    provider_id = models.CharField(max_length=120, blank=True, default="", db_default="")
    last_code = models.CharField(max_length=20, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    handing_over_at = models.DateTimeField(null=True, blank=True)
    # Until when the provider recognises this mail: before, a repetition is not sent twice.
    keyed_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="%(app_label)s_%(class)s_state"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.CLAIMED, State.HANDING_OVER])
                | Q(claim__isnull=False, lease_until__isnull=False),
                name="%(app_label)s_%(class)s_claimed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state=State.QUEUED),
                name="%(app_label)s_%(class)s_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=[State.CLAIMED, State.HANDING_OVER]),
                name="%(app_label)s_%(class)s_lease",
            ),
        ]


class OutgoingAttempt(models.Model):
    """One try at handing a mail over; only ever added to."""

    number = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=20)
    code = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    worker = models.CharField(max_length=80)

    class Meta:
        abstract = True


class RoutePause(models.Model):
    """A mail server that asked us to wait: nothing is handed to it before `until`."""

    route = models.CharField(max_length=254, unique=True)
    until = models.DateTimeField()
    reason = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"{self.route} until {self.until}"


class RoutePace(models.Model):
    """How far a way out is booked: one mail after the other, from whichever worker."""

    route = models.CharField(max_length=254, unique=True)
    booked_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.route} booked until {self.booked_until}"
