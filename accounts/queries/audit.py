"""The audit trail, newest first."""

from accounts.models import AuditEntry
from kit.keysets import Page, page_of, read_key

SIZE = 50


def audit_trail(*, after: str | None = None, size: int = SIZE) -> Page[AuditEntry]:
    """Return who changed what, the newest change first."""
    rows = AuditEntry.objects.order_by("-id")
    if after is not None:
        (row_id,) = read_key(after, int)
        rows = rows.filter(id__lt=row_id)
    return page_of(list(rows[: size + 1]), size, lambda row: (row.pk,))
