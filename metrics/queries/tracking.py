"""Which properties figures are split by."""

from metrics.models import TrackedProperty


def tracked_keys() -> list[str]:
    """Return the tracked properties of the organisation that was entered, by their slots."""
    return list(TrackedProperty.objects.order_by("slot").values_list("key", flat=True))
