"""The properties that figures may be split by, and their values."""

from django.db import models
from django.db.models import Q

from accounts.models import Tenant
from metrics.rules.dimensions import TRACKED_PROPERTIES, VALUE_LENGTH, property_dimension


class TrackedProperty(Tenant):
    """A key of the frozen context that has cells of its own; at most eight."""

    slot = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    tracked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slot"], name="tracked_slot_once"),
            models.UniqueConstraint(fields=["organisation", "key"], name="tracked_key_once"),
            models.CheckConstraint(
                condition=Q(slot__gte=1, slot__lte=TRACKED_PROPERTIES), name="tracked_slot"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def dimension(self) -> int:
        return property_dimension(self.slot)


class PropertyValue(Tenant):
    """A value seen at least once; the empty one stands for all beyond the first thousand."""

    tracked = models.ForeignKey(
        TrackedProperty, on_delete=models.CASCADE, related_name="values", db_index=False
    )
    value = models.CharField(max_length=VALUE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "tracked", "value"], name="property_value_once"
            )
        ]

    def __str__(self) -> str:
        return self.value or "other"


class TrackingWish(Tenant):
    """A property that is to be tracked, or not any more, as soon as all answers are counted anew.

    Readers see the old properties with the old cells until the new ones are whole.
    """

    key = models.CharField(max_length=60)
    is_wanted = models.BooleanField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="tracking_wish_once"),
            models.CheckConstraint(condition=~Q(key=""), name="tracking_wish_named"),
        ]

    def __str__(self) -> str:
        return self.key
