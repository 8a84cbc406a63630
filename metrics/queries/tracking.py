"""Which properties figures are split by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from metrics.models import TrackedProperty, TrackingWish
from metrics.rules.dimensions import TRACKED_PROPERTIES
from surveys.queries.customers import property_names


@dataclass(frozen=True, kw_only=True)
class TrackingLine:
    """One property: tracked, being counted (`is_coming`) or being given up (`is_going`)."""

    key: str
    values: int
    since: datetime
    is_coming: bool = False
    is_going: bool = False


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """What is tracked, and which other properties were ever seen."""

    lines: Sequence[TrackingLine]
    others: Sequence[str]

    @property
    def free(self) -> int:
        return TRACKED_PROPERTIES - sum(not line.is_going for line in self.lines)

    @property
    def is_counting(self) -> bool:
        return any(line.is_coming or line.is_going for line in self.lines)


def tracking() -> Tracking:
    """Return the properties of the organisation that was entered; three statements."""
    wishes = {wish.key: wish for wish in TrackingWish.objects.order_by("id")}
    counted = TrackedProperty.objects.annotate(n=Count("values", filter=~Q(values__value="")))
    lines = [
        TrackingLine(key=row.key, values=row.n, since=row.tracked_at, is_going=row.key in wishes)
        for row in counted.order_by("slot")
    ]
    lines += [
        TrackingLine(key=wish.key, values=0, since=wish.asked_at, is_coming=True)
        for wish in wishes.values()
        if wish.is_wanted
    ]
    known = {line.key for line in lines}
    return Tracking(lines=lines, others=[key for key in property_names() if key not in known])


def tracked_keys() -> list[str]:
    """Return the tracked properties of the organisation that was entered, by their slots."""
    return list(TrackedProperty.objects.order_by("slot").values_list("key", flat=True))
