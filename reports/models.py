"""What this stage stores: drawn pictures, and files that are made for programs to fetch."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import Tenant

if TYPE_CHECKING:
    from django.db.models import QuerySet


class RenderedChart(models.Model):
    """One picture, named by the hash of its whole specification; belongs to no tenant.

    Whoever can name it already holds every figure in it, and nothing else is stored.
    """

    key = models.CharField(max_length=64, unique=True)
    svg = models.TextField()
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class ExportJobs(models.Manager["ExportJob"]):
    def waiting(self) -> "QuerySet[ExportJob]":
        """Those that a worker has to make, or to begin again."""
        return self.filter(state__in=ExportJob.OPEN)


class ExportJob(Tenant):
    """A file that was asked for; the row stays for a while, its parts as long as it is offered."""

    class What(models.TextChoices):
        RESPONSES = "responses", "Responses"
        FIGURES = "figures", "Figures"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "Deleted"

    OPEN = (State.WAITING, State.RUNNING)

    what = models.CharField(max_length=9, choices=What.choices)
    form = models.CharField(max_length=4, choices=[("csv", "CSV"), ("xlsx", "Excel")])
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    name = models.CharField(max_length=200)
    # As it was sent, without words that were searched: they may name a person.
    filter = models.JSONField(default=dict)
    # The same as the worker reads it, words and all; emptied when the file is made.
    asked = models.JSONField(default=dict)
    with_customers = models.BooleanField()
    with_mark = models.BooleanField(default=False)
    rows = models.PositiveIntegerField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    # How often it was begun. What an earlier worker still writes is not taken.
    run = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)
    created_by = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ExportJobs()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asked={}) | Q(state__in=["waiting", "running"]),
                name="export_keeps_no_words",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-created_at", "-id"], name="export_newest"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=["waiting", "running"]),
                name="export_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def file_name(self) -> str:
        return f"{self.name}.{self.form}"

    def state_at(self, now: datetime) -> str:
        """What it is for whoever asks: a file past its time is not offered, deleted or not."""
        is_over = self.expires_at is not None and self.expires_at <= now
        return self.State.EXPIRED if self.state == self.State.READY and is_over else self.state


class ExportPart(Tenant):
    """A piece of a file; whole files do not fit into the memory of those who hand them out."""

    job = models.ForeignKey(ExportJob, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "job", "number"], name="export_part_once"
            ),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.job_id}"
