"""The worker's part of an export: write the file by the console's own functions, and keep it.

One statement reads all rows, so that the file shows one moment. What it yields is kept by a
second connection, piece by piece, each in a transaction of its own: progress is seen while the
statement runs, and the memory of the worker does not grow. The file is offered by the last of
these transactions alone. One file is made at a time, under a lock that falls with whoever holds
it: the next worker begins the file of a dead one again.
"""

import logging
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection, connections, transaction

from accounts.models import Organisation
from kit import tenancy
from kit.failpoints import failpoint
from kit.streaming import TooSlow
from reports.actions.exporting import (
    Export,
    answers_as_xlsx,
    figures_as_csv,
    figures_as_xlsx,
    whole_answers_as_csv,
)
from reports.models import ExportJob, ExportPart
from reports.queries.asked import figures_of, wanted_of

log = logging.getLogger(__name__)
T = TypeVar("T")

TRIES = 3
OFFERED = timedelta(hours=24)
PIECE = 512 * 1024  # bytes of a part
SECONDS_BETWEEN = 1.0  # of notes how far it is
ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('reports.making', 0))"
FAILED = (
    "It could not be made, three times over. The log of the worker names the reason; nothing of "
    "it was kept."
)
SLOW = "It took longer than ten minutes. Choose a shorter period, or take it in several files."


class Dropped(RuntimeError):
    """Meanwhile it was cancelled, or another worker began it again."""


def make_next_file(*, clock: Callable[[], datetime]) -> int:
    """Make the file that waits longest; return of how many rows, 0 where there is none."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ALONE)
            if not cursor.fetchone()[0]:
                return 0
        with tenancy.system("exports"):
            job = ExportJob.objects.waiting().order_by("run", "id").first()
        if job is None:
            return 0
        failpoint("export.claimed")
        with ThreadPoolExecutor(1, thread_name_prefix="export") as beside:
            try:
                return _made(job, _Notes(job, beside, clock))
            finally:
                beside.submit(connections.close_all).result()


def _made(job: ExportJob, notes: "_Notes") -> int:
    if not notes.begin():
        return 0
    try:
        with closing(_pieces(job, notes)) as pieces:
            for piece in pieces:
                notes.add(piece)
        failpoint("export.before_ready")
        notes.finish()
    except Dropped:
        return 0
    except TooSlow:
        notes.fail(SLOW)
        return 0
    except Exception:
        log.exception("export %s of organisation %s", job.pk, job.organisation_id)
        notes.stumble()
        return 0
    return notes.rows


def _pieces(job: ExportJob, notes: "_Notes") -> Generator[bytes, None, None]:
    if job.what == ExportJob.What.FIGURES:
        with tenancy.organisation(job.organisation_id):
            rows = figures_of(job.organisation_id, job.asked)
            notes.rows = len(rows)
            yield from figures_as_csv(rows) if job.form == "csv" else figures_as_xlsx(rows)
        return
    with tenancy.organisation(job.organisation_id):
        zones = Organisation.objects.values_list("time_zone", flat=True)
        export = Export(
            organisation_id=job.organisation_id,
            time_zone=zones.get(pk=job.organisation_id),
            wanted=wanted_of(job.organisation_id, job.asked),
            with_customers=job.with_customers,
        )
    if job.form == "xlsx":
        yield from answers_as_xlsx(export=export, told=notes.tell)
    else:
        yield from whole_answers_as_csv(export=export, with_mark=job.with_mark, told=notes.tell)


class _Notes:
    """What is kept of a file while it is made, by a connection of its own."""

    def __init__(
        self, job: ExportJob, beside: ThreadPoolExecutor, clock: Callable[[], datetime]
    ) -> None:
        self.job, self.beside, self.clock = job, beside, clock
        self.run = self.number = self.size = self.rows = 0
        self.held: list[bytes] = []
        self.waiting = 0  # bytes held
        self.told_at = time.monotonic()

    def begin(self) -> bool:
        """Begin, or begin again; False where it was given up, or has failed too often."""
        return self._beside(self._begin)

    def tell(self, rows: int) -> None:
        """Note how many rows were made; raises Dropped."""
        self.rows = rows
        if time.monotonic() - self.told_at >= SECONDS_BETWEEN:
            self._beside(self._note)
            self.told_at = time.monotonic()

    def add(self, piece: bytes) -> None:
        self.held.append(piece)
        self.waiting += len(piece)
        if self.waiting >= PIECE:
            self._pass_on()

    def finish(self) -> None:
        """Offer the file: all of it is there."""
        self._pass_on()
        self._beside(self._offer)

    def fail(self, trouble: str) -> None:
        with suppress(Dropped):  # nobody waits for it any more
            self._beside(lambda: self._end(trouble))

    def stumble(self) -> None:
        """Leave it to be begun again, unless that was tried often enough."""
        if self.run >= TRIES:
            self.fail(FAILED)

    def _beside(self, act: Callable[[], T]) -> T:
        def inside() -> T:
            with tenancy.organisation(self.job.organisation_id):
                return act()

        return self.beside.submit(inside).result()

    def _begin(self) -> bool:
        held = ExportJob.objects.select_for_update(no_key=True).get(pk=self.job.pk)
        if held.state not in ExportJob.OPEN:
            return False
        ExportPart.objects.filter(job=held).delete()
        self.run = held.run
        if held.run >= TRIES:  # each of those workers died
            self._end(FAILED)
            return False
        self.run = held.run = held.run + 1
        held.state, held.started_at, held.done = ExportJob.State.RUNNING, self.clock(), 0
        held.save(update_fields=["run", "state", "started_at", "done"])
        return True

    def _pass_on(self) -> None:
        if self.held:
            content = b"".join(self.held)
            self._beside(lambda: self._keep(content))
            self.held, self.waiting = [], 0
            failpoint("export.kept")

    def _keep(self, content: bytes) -> None:
        self._note()
        ExportPart.objects.create(
            organisation_id=self.job.organisation_id,
            job_id=self.job.pk,
            number=self.number,
            content=content,
        )
        self.number += 1
        self.size += len(content)

    def _note(self) -> None:
        self._change(done=self.rows)

    def _offer(self) -> None:
        now = self.clock()
        self._change(
            state=ExportJob.State.READY,
            asked={},
            rows=self.rows,
            done=self.rows,
            size=self.size,
            finished_at=now,
            expires_at=now + OFFERED,
        )

    def _end(self, trouble: str) -> None:
        ExportPart.objects.filter(job=self.job.pk).delete()
        self._change(
            state=ExportJob.State.FAILED, asked={}, trouble=trouble, finished_at=self.clock()
        )

    def _change(self, **values: object) -> None:
        """Change the row while it is ours, which locks it; raises Dropped."""
        ours = ExportJob.objects.filter(pk=self.job.pk, run=self.run, state__in=ExportJob.OPEN)
        if not ours.update(**values):
            raise Dropped
