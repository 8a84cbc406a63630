"""Askings of many customers at once: a wave, and the portions in which it is decided."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Tenant
from surveys.models.programmes import Programme


class Wave(Tenant):
    """All customers, a list of them, or those whose slot is one day: each decided once."""

    class Kind(models.TextChoices):
        DUE = "due", "By the calendar"
        EVERYBODY = "everybody", "Everybody at once"
        LISTED = "listed", "A list"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="waves")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    slot_on = models.DateField(null=True, blank=True)
    customers = models.PositiveIntegerField()
    started_by = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="due", slot_on__isnull=False)
                | Q(kind__in=["everybody", "listed"], slot_on__isnull=True),
                name="wave_slot",
            ),
            models.UniqueConstraint(
                fields=["organisation", "programme", "slot_on"],
                condition=Q(slot_on__isnull=False),
                name="wave_of_slot_once",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "programme", "-id"], name="wave_newest")]

    def __str__(self) -> str:
        return self.occasion

    @property
    def occasion(self) -> str:
        return f"due:{self.slot_on}" if self.slot_on else f"wave:{self.pk}"


class WavePortion(Tenant):
    """Some customers of a wave, decided in one transaction; two processes may share a wave."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="portions")
    # Ids alone; emptied once they are decided.
    customer_ids = ArrayField(models.BigIntegerField())
    asked = models.PositiveIntegerField(null=True, blank=True)
    not_asked = models.PositiveIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "wave"], name="portion_of_wave"),
            models.Index(
                fields=["id"], condition=Q(decided_at__isnull=True), name="portion_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"portion {self.pk} of wave {self.wave_id}"
