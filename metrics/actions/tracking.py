"""Choose the properties that figures may be split by."""

from datetime import datetime

from django.db import transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from metrics.actions.folding import hold_cells
from metrics.actions.rebuilding import rebuild_cells
from metrics.models import TrackedProperty, TrackingWish
from metrics.rules.dimensions import SLOTS
from surveys.actions.customers import lock_names


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


class AlreadySo(ValueError):
    """The property is tracked already, or was never tracked."""


def ask_for_tracking(
    *, organisation_id: int, key: str, is_wanted: bool, actor: Actor, now: datetime
) -> None:
    """Wish for a property to be tracked or given up; a worker counts everything anew.

    A wish for the contrary takes one back that waits. Raises NoFreeSlot and AlreadySo.
    """
    with transaction.atomic():
        lock_names([f"wish:{organisation_id}"])  # two equal wishes at once are one
        # A wish that is being fulfilled is locked: what comes of it must be known first, but
        # a page must not wait for that.
        wishes = {wish.key: wish for wish in TrackingWish.objects.select_for_update(nowait=True)}
        tracked = set(TrackedProperty.objects.values_list("key", flat=True))
        will_be = tracked | {k for k, w in wishes.items() if w.is_wanted}
        will_be -= {k for k, w in wishes.items() if not w.is_wanted}
        _check(key, is_wanted=is_wanted, will_be=will_be)
        if key in wishes:
            wishes[key].delete()
        else:
            TrackingWish.objects.create(
                organisation_id=organisation_id, key=key, is_wanted=is_wanted, asked_at=now
            )
        record_change(
            organisation_id=organisation_id,
            actor=actor,
            action="property.tracked" if is_wanted else "property.given_up",
            object_type="property",
            object_id=None,
            after={"property": key},
            now=now,
        )


def _check(key: str, *, is_wanted: bool, will_be: set[str]) -> None:
    if is_wanted == (key in will_be):
        raise AlreadySo(key)
    if is_wanted and len(will_be) >= len(SLOTS):
        raise NoFreeSlot(f"{len(will_be)} properties are tracked already.")


def fulfil_wishes(*, organisation_id: int, now: datetime) -> int:
    """Change what is tracked as was wished, count everything anew once; return how many wishes."""
    with transaction.atomic():
        # Locked to the end: who wishes meanwhile waits, or is answered by the next run.
        wishes = list(TrackingWish.objects.select_for_update(skip_locked=True).order_by("id"))
        if not wishes:
            return 0
        hold_cells(organisation_id=organisation_id)
        given_up = [wish.key for wish in wishes if not wish.is_wanted]
        TrackedProperty.objects.filter(key__in=given_up).delete()
        held = {row.slot: row.key for row in TrackedProperty.objects.all()}
        free = [slot for slot in SLOTS if slot not in held]
        new = [wish.key for wish in wishes if wish.is_wanted and wish.key not in held.values()]
        TrackedProperty.objects.bulk_create(
            TrackedProperty(organisation_id=organisation_id, slot=slot, key=key, tracked_at=now)
            for slot, key in zip(free, new, strict=False)
        )
        rebuild_cells(organisation_id=organisation_id)
        TrackingWish.objects.filter(pk__in=[wish.pk for wish in wishes]).delete()
    return len(wishes)
