"""Delete kept files: when their time is over, and when somebody who may be in them is erased."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from events.dispatching import Happening
from reports.models import ExportJob, ExportPart

KEPT = timedelta(days=90)  # the row, after its file
ERASED = (
    "A person was erased after this was begun, and what she said may have been in it. Ask for it "
    "again."
)


def forget_kept_files(
    organisation_id: int,  # noqa: ARG001
    happenings: Sequence[Happening],  # noqa: ARG001
    now: datetime,
) -> None:
    """React to an erased person: no file that was begun before is offered. May run twice.

    A worker that is still at one finds it taken away when it keeps the next part.
    """
    offered = (*ExportJob.OPEN, ExportJob.State.READY)
    held = ExportJob.objects.filter(state__in=offered).order_by("id")
    ids = list(held.select_for_update(no_key=True).values_list("id", flat=True))
    ExportPart.objects.filter(job__in=ids).delete()
    ExportJob.objects.filter(pk__in=ids).update(
        state=ExportJob.State.FAILED, asked={}, filter={}, trouble=ERASED, finished_at=now
    )


def prune_exports(*, now: datetime) -> int:
    """Delete files past their time, and rows of long ago; return how many files."""
    over = ExportJob.objects.filter(state=ExportJob.State.READY, expires_at__lte=now)
    ids = list(over.order_by("id").select_for_update(no_key=True).values_list("id", flat=True))
    ExportPart.objects.filter(job__in=ids).delete()
    ExportJob.objects.filter(pk__in=ids).update(state=ExportJob.State.EXPIRED)
    old = ExportJob.objects.filter(created_at__lt=now - KEPT).exclude(state__in=ExportJob.OPEN)
    old.delete()
    return len(ids)
