"""How each metric is counted, version by version; a version that was made stays as it was."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Tenant


class MetricDefinition(Tenant):
    """One version of NPS, CSAT, its faces or CES; none stored means the product's own version 1."""

    kind = models.CharField(max_length=8)
    version = models.PositiveSmallIntegerField()
    scale_low = models.SmallIntegerField()
    scale_high = models.SmallIntegerField()
    # The lowest score that counts as satisfied or easy; the groups of the NPS are fixed.
    cut = models.SmallIntegerField(null=True)
    null_policy = models.CharField(max_length=20)
    dedupe = models.CharField(max_length=20)
    rounding = models.CharField(max_length=20)
    window_days = models.PositiveSmallIntegerField()
    # In points of what a page prints.
    smallest_change = models.PositiveSmallIntegerField()
    change_to_see = models.PositiveSmallIntegerField()
    # The day from which it holds, where trends are marked; the first version has none.
    since_on = models.DateField(null=True)
    reason = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=254)

    class Meta:
        db_table = "metrics_definition"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "version"], name="definition_version_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["nps", "csat", "faces", "ces"]), name="definition_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind="nps", cut__isnull=True, scale_low=0, scale_high=10)
                | Q(
                    ~Q(kind="nps"),
                    cut__isnull=False,
                    cut__gt=F("scale_low"),
                    cut__lte=F("scale_high"),
                ),
                name="definition_cut",
            ),
            models.CheckConstraint(
                condition=Q(smallest_change__gte=1, smallest_change__lte=50)
                & Q(change_to_see__gte=1, change_to_see__lte=100)
                & Q(window_days__gte=1),
                name="definition_changes",
            ),
            # Every version but the first says since when it holds and what changed.
            models.CheckConstraint(
                condition=Q(version=1, since_on__isnull=True)
                | Q(version__gt=1, since_on__isnull=False) & ~Q(reason=""),
                name="definition_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}@{self.version}"
