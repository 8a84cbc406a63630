"""Ask for a file that a worker makes, and give it up again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from reports.actions.exporting import MOST_ROWS_OF_EXCEL, Taken, record_export
from reports.models import ExportJob, ExportPart
from reports.queries.asked import wanted_of
from reports.queries.responses import count_responses
from reports.rules.files import Form

MOST_OPEN = 3
MASKED = "..."
# Of two who ask at once one must see the other.
ONE_BY_ONE = "SELECT pg_advisory_xact_lock(hashtextextended('reports.exports', %s))"


class TooManyOpen(RuntimeError):
    """The organisation has as many files waiting as it may."""


class TooManyRows(ValueError):
    """An Excel file of so many rows is not made."""

    def __init__(self, rows: int) -> None:
        super().__init__(
            f"These are {rows:,} answers; an Excel file is made of {MOST_ROWS_OF_EXCEL:,} at most. "
            "Choose a shorter period, or take the CSV, which has no limit."
        )


class NotOpen(RuntimeError):
    """The file was made already, or given up."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """A file that is wanted. `filter` is what was sent, `asked` the same as it is read."""

    what: str
    form: Form
    name: str
    filter: Mapping[str, Any]
    asked: Mapping[str, Any]
    with_customers: bool
    with_mark: bool = False


def request_export(
    *, organisation_id: int, request: Request, actor: Actor, now: datetime
) -> ExportJob:
    """Have the file made; raises TooManyOpen and TooManyRows."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ONE_BY_ONE, [organisation_id])
        if ExportJob.objects.waiting().count() >= MOST_OPEN:
            raise TooManyOpen
        rows = _count(organisation_id, request)
        job = ExportJob.objects.create(
            organisation_id=organisation_id,
            what=request.what,
            form=request.form,
            name=request.name,
            filter=_masked(request.filter),
            asked=request.asked,
            with_customers=request.with_customers,
            with_mark=request.with_mark,
            rows=rows,
            created_by=actor.name,
            created_at=now,
        )
        _record(job, actor, now)
    return job


def cancel_export(*, job: ExportJob, actor: Actor, now: datetime) -> None:
    """Give up a file that is not made yet; raises NotOpen. A worker at it stops by itself."""
    with transaction.atomic():
        held = ExportJob.objects.select_for_update(no_key=True).get(pk=job.pk)
        if held.state not in ExportJob.OPEN:
            raise NotOpen
        held.state, held.asked, held.finished_at = ExportJob.State.CANCELLED, {}, now
        held.save(update_fields=["state", "asked", "finished_at"])
        ExportPart.objects.filter(job=held).delete()
        record_change(
            organisation_id=held.organisation_id,
            actor=actor,
            action="export.cancelled",
            object_type="export",
            object_id=held.pk,
            after={"what": held.what, "format": held.form},
            now=now,
        )


def _count(organisation_id: int, request: Request) -> int | None:
    """How many rows it will have; figures are counted when they are made."""
    if request.what == ExportJob.What.FIGURES:
        return None
    rows = count_responses(wanted_of(organisation_id, request.asked))
    if request.form == "xlsx" and rows > MOST_ROWS_OF_EXCEL:
        raise TooManyRows(rows)
    return rows


def _masked(sent: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: MASKED if value and name in ("q", "but_q") else value for name, value in sent.items()
    }


def _record(job: ExportJob, actor: Actor, now: datetime) -> None:
    facts: dict[str, Any] = {"by": "a job"}
    if job.what == ExportJob.What.RESPONSES:
        facts |= {"answers": job.rows, "with customers": job.with_customers}
    address = urlencode(job.filter, doseq=True)
    taken = Taken(what=job.what, form=job.form, filter=address, facts=facts)
    record_export(
        organisation_id=job.organisation_id, taken=taken, actor=actor, now=now, export_id=job.pk
    )
