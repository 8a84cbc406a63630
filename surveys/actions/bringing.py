"""The worker's part of an import: check its rows, then bring them in, a portion at a time.

Each step is one transaction with the note of it: a killed worker leaves the import as if the
step had not begun, and whoever comes next goes on where the last step ended.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.db.models import F

from accounts.models import Organisation
from kit import tenancy
from kit.failpoints import failpoint
from surveys.actions.bringing_rows import bring_portion
from surveys.actions.checking import compare_rows, read_portion
from surveys.models import Import, ImportRow

log = logging.getLogger(__name__)

SECONDS = 5.0
TRIES = 3
TROUBLE = (
    "Something stopped the import that we did not foresee. What had come in stays; go on, and the "
    "rest follows. The log of the worker names the reason."
)


def work_on_imports(*, clock: Callable[[], datetime], seconds: float = SECONDS) -> int:
    """Take steps of waiting imports until none is left or time is up; return how many rows."""
    until, handled = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        found = _take_step(clock())
        if found is None:
            break
        handled += found
    return handled


def _take_step(now: datetime) -> int | None:
    """Take one step of one import; None when all are done or in other hands."""
    file: Import | None = None
    try:
        with tenancy.system("imports"):
            waiting = Import.objects.waiting().select_for_update(skip_locked=True, no_key=True)
            # The one that has come least far: a small file does not wait for a large one.
            file = waiting.order_by("tries", "handled", "id").first()
            if file is None:
                return None
            failpoint("import.claimed")
            with tenancy.organisation(file.organisation_id):
                handled = _step(file, now)
            failpoint("import.before_commit")
    except Exception:
        if file is None:
            raise
        log.exception("import %s of organisation %s", file.pk, file.organisation_id)
        with tenancy.organisation(file.organisation_id):
            _stumble(file)
        return 0
    return handled


def _step(file: Import, now: datetime) -> int:
    organisation = Organisation.objects.get(pk=file.organisation_id)
    if file.state == Import.State.CHECKING:
        return read_portion(file, organisation, now) or compare_rows(file, organisation, now)
    return bring_portion(file, organisation, now) or _finish(file, now)


def _finish(file: Import, now: datetime) -> int:
    """What is in needs no copy here; refused rows stay for their list."""
    rows = ImportRow.objects.filter(file=file)
    rows.exclude(state=ImportRow.State.REFUSED).delete()
    file.state, file.finished_at, file.handled = Import.State.DONE, now, file.rows
    file.emptied_at = None if file.refused else now
    file.save()
    return 0


def _stumble(file: Import) -> None:
    """Nothing of the step is stored; after some tries somebody has to look."""
    mine = Import.objects.filter(pk=file.pk)
    mine.update(tries=F("tries") + 1)
    mine.filter(tries__gte=TRIES).update(state=Import.State.FAILED, trouble=TROUBLE)
