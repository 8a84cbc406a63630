"""The audit trail, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import AuditEntry
from kit.keysets import Page, page_of, read_key

SIZE = 50


def audit_trail(*, after: str | None = None, size: int = SIZE) -> Page[AuditEntry]:
    """Return who changed what, the newest change first."""
    return _newest(AuditEntry.objects.all(), after, size)


def trail_of(action: str, *, after: str | None = None, size: int = SIZE) -> Page[AuditEntry]:
    """Return the changes of one kind, the newest first."""
    return _newest(AuditEntry.objects.filter(action=action), after, size)


def _newest(found: QuerySet[AuditEntry], after: str | None, size: int) -> Page[AuditEntry]:
    rows = found.order_by("-id")
    if after is not None:
        (row_id,) = read_key(after, int)
        rows = rows.filter(id__lt=row_id)
    return page_of(list(rows[: size + 1]), size, lambda row: (row.pk,))


@dataclass(frozen=True, kw_only=True)
class ZoneChange:
    """When the organisation's days began to be those of another time zone."""

    at: datetime
    old: str
    new: str


def zone_changes() -> Sequence[ZoneChange]:
    """Return every change of the time zone, oldest first."""
    told = AuditEntry.objects.filter(action="organisation.edited", after__has_key="time_zone")
    rows = told.order_by("id").values_list("at", "before__time_zone", "after__time_zone")
    return [ZoneChange(at=at, old=old, new=new) for at, old, new in rows]


def last_change(action: str, object_id: int) -> AuditEntry | None:
    """Return the newest entry of one kind about one row."""
    rows = AuditEntry.objects.filter(action=action, object_id=object_id)
    return rows.order_by("-id").first()
