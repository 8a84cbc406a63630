"""Pauses of sending, and what the page with the limits has to know beside them."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from surveys.models import Programme, PropertyKey, SendingPause
from surveys.rules.pauses import Pause


def pauses_until(now: datetime) -> tuple[Pause, ...]:
    """Return the pauses that are not over, also those that have not begun."""
    rows = SendingPause.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    return tuple(pause_of(row) for row in rows.order_by("begins_at", "id"))


def pause_of(row: SendingPause) -> Pause:
    return Pause(row.reason, row.begins_at, row.ends_at, row.key, tuple(row.values))


def newest_pauses(limit: int, now: datetime) -> list[SendingPause]:
    """Return the pauses as a page lists them: all that are not over, then the last that were."""
    rows = SendingPause.objects.order_by("-begins_at", "-id")
    is_over = Q(ends_at__lte=now)
    return [*rows.exclude(is_over), *rows.filter(is_over)[:limit]]


def property_choices(used: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return the properties that the frozen context of a question may hold, and those `used`."""
    known = PropertyKey.objects.exclude(owner=PropertyKey.Owner.COMPANY)
    keys = known.values_list("key", flat=True)
    return [(key, key) for key in ["company", *sorted({*keys, *used} - {"company"})]]


def relational_asks() -> list[tuple[str, int]]:
    """Return the programmes that ask by the calendar, with how often they do in a year."""
    rows = Programme.objects.filter(
        kind=Programme.Kind.RELATIONAL,
        is_on=True,
        archived_at__isnull=True,
        cadence_months__isnull=False,
    )
    found = rows.order_by("name").values_list("name", "cadence_months")
    return [(name, -(-12 // months)) for name, months in found if months]
