"""Choose the properties that figures may be split by."""

from datetime import datetime

from django.db import transaction

from metrics.actions.folding import hold_cells
from metrics.actions.rebuilding import rebuild_cells
from metrics.models import TrackedProperty
from metrics.rules.dimensions import SLOTS


class NoFreeSlot(ValueError):
    """Eight properties are tracked already; one must be given up first."""


def track_property(*, organisation_id: int, key: str, now: datetime) -> TrackedProperty:
    """Give a property cells of its own and count what is there; a known key changes nothing."""
    with transaction.atomic():
        hold_cells(organisation_id=organisation_id)
        held = {row.slot: row for row in TrackedProperty.objects.all()}
        known = next((row for row in held.values() if row.key == key), None)
        if known is not None:
            return known
        slot = next((slot for slot in SLOTS if slot not in held), None)
        if slot is None:
            raise NoFreeSlot(f"{len(held)} properties are tracked already.")
        tracked = TrackedProperty.objects.create(
            organisation_id=organisation_id, slot=slot, key=key, tracked_at=now
        )
        rebuild_cells(organisation_id=organisation_id)
    return tracked


def untrack_property(*, organisation_id: int, key: str) -> None:
    """Give up a property's cells; its values stay in the frozen context of every answer."""
    with transaction.atomic():
        hold_cells(organisation_id=organisation_id)
        TrackedProperty.objects.filter(organisation_id=organisation_id, key=key).delete()
        rebuild_cells(organisation_id=organisation_id)
