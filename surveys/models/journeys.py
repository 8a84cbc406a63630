"""Where customers meet the organisation: journeys, their stages in order, and touchpoints."""

from django.db import models
from django.db.models import Q

from accounts.models import Tenant


class Journey(Tenant):
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="journey_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Stage(Tenant):
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="stages")
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "journey", "position"],
                name="stage_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["organisation", "journey", "name"], name="stage_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Touchpoint(Tenant):
    """`service`: a person or a bot helped with something; `experience`: everything else."""

    class Kind(models.TextChoices):
        SERVICE = "service", "Service"
        EXPERIENCE = "experience", "Experience"

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="touchpoints")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # What the mail says the customer did and what was helped with: "on Tuesday you {deed}".
    deed = models.CharField(max_length=120, blank=True)
    topic = models.CharField(max_length=120, blank=True)
    owner_team = models.CharField(max_length=80, blank=True)
    target = models.SmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="touchpoint_slug_once"),
            models.UniqueConstraint(fields=["organisation", "name"], name="touchpoint_name_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["service", "experience"]), name="touchpoint_kind"
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=True) | Q(target__gte=-100, target__lte=100),
                name="touchpoint_target",
            ),
        ]

    def __str__(self) -> str:
        return self.name
