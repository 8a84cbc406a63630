"""Files that are brought in: what each was, how far it has come, and its rows until they are in."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Tenant

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Imports(models.Manager["Import"]):
    def waiting(self) -> "QuerySet[Import]":
        """Those that a worker has to go on with."""
        return self.filter(state__in=Import.AT_WORK)


class Import(Tenant):
    """One file; the row stays as history, without a word of what the file said."""

    class Kind(models.TextChoices):
        CUSTOMERS = "customers", "Customers"
        INTERACTIONS = "interactions", "Interactions"
        RESPONSES = "responses", "Past responses"

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Columns to choose"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked"
        RUNNING = "running", "Coming in"
        DONE = "done", "Done"
        DROPPED = "dropped", "Given up"
        FAILED = "failed", "Stopped"

    AT_WORK = (State.CHECKING, State.RUNNING)

    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices)
    file_name = models.CharField(max_length=200, blank=True)
    encoding = models.CharField(max_length=12, blank=True)
    header = ArrayField(models.TextField())
    heading_key = models.CharField(max_length=32)
    # What each column means, by its place; empty until it was chosen.
    meanings = ArrayField(models.CharField(max_length=20), default=list)
    # Time zone, order of dates, scale, source and touchpoint, as they were chosen.
    options = models.JSONField(default=dict)
    asks = models.BooleanField(default=False)
    rows = models.PositiveIntegerField()
    new = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    handled = models.PositiveIntegerField(default=0)  # of the step that is being taken
    # What the check found besides: notes, new touchpoints, who would be asked.
    found = models.JSONField(default=dict)
    trouble = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_by = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    started_by = models.CharField(max_length=254, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    objects = Imports()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["customers", "interactions", "responses"]),
                name="import_kind",
            ),
            models.CheckConstraint(
                condition=Q(asks=False) | Q(kind="interactions"), name="import_asks_of_contacts"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="import_newest"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=["checking", "running"]),
                name="import_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or f"import {self.pk}"

    @property
    def is_at_work(self) -> bool:
        return self.state in self.AT_WORK

    @property
    def is_open(self) -> bool:
        """Whether somebody may still go on with it or give it up."""
        return self.state in (self.State.UPLOADED, self.State.CHECKED)


class ImportRow(Tenant):
    """A row of a file: gone when it is in; kept for some days when it was refused."""

    class State(models.TextChoices):
        UNREAD = "unread", "Not read yet"
        READ = "read", "Read"
        NEW = "new", "New"
        SAME = "same", "Known already"
        CHANGED = "changed", "Changes what is known"
        REFUSED = "refused", "Refused"

    file = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField()
    cells = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices)
    why = models.TextField(blank=True)
    key = models.CharField(max_length=200, blank=True)
    # What was read of the cells, as the statements that store it take it.
    said = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "file", "line"], name="import_line_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "file", "state", "line"], name="import_line_state")
        ]

    def __str__(self) -> str:
        return f"line {self.line} of {self.file_id}"
