"""Decide the portions of waves: each in a transaction of its own, by as many workers as wish."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.db.models import Exists, OuterRef

from accounts.models import Organisation
from kit import tenancy
from surveys.actions.considering import decide_many
from surveys.models import Programme, Wave, WavePortion
from surveys.queries.candidates import Candidate
from surveys.queries.slots import cadence_of

log = logging.getLogger(__name__)

SECONDS = 5.0


def decide_waiting(*, clock: Callable[[], datetime], seconds: float = SECONDS) -> int:
    """Decide waiting portions until none is left or time is up; return of how many customers.

    A portion that cannot be decided waits for the next wake-up and holds up no other; what was
    wrong with it is raised when all had their turn, so that whoever watches the worker sees it.
    """
    until, decided, faults = time.monotonic() + seconds, 0, dict[int, Exception]()
    while time.monotonic() < until:
        found = _decide_next(clock(), faults)
        if found is None:
            break
        decided += found
    if faults:
        raise ExceptionGroup(f"{len(faults)} portions were not decided", list(faults.values()))
    return decided


def _decide_next(now: datetime, faults: dict[int, Exception]) -> int | None:
    """Decide one portion; None when every portion is decided or in other hands.

    Claim, decisions and the note of them are one transaction: a killed worker leaves the portion
    as if it had not begun, and one decided twice finds its decisions made.
    """
    with tenancy.system("waves"):
        waiting = WavePortion.objects.filter(decided_at__isnull=True).exclude(pk__in=faults)
        portion = waiting.select_for_update(skip_locked=True, no_key=True).order_by("id").first()
        if portion is None:
            return None
        try:
            with tenancy.organisation(portion.organisation_id):
                customers = _decide(portion, now)
        except (OperationalError, InterfaceError):
            raise  # no portion's fault
        except Exception as fault:
            log.exception("portion %s of wave %s was not decided", portion.pk, portion.wave_id)
            faults[portion.pk] = fault
            return 0
    with tenancy.organisation(portion.organisation_id):
        _finish(portion.wave_id, now)
    return customers


def _decide(portion: WavePortion, now: datetime) -> int:
    wave = Wave.objects.get(pk=portion.wave_id)
    candidates = candidates_of(wave, portion.customer_ids)
    decided = decide_many(
        organisation=Organisation.objects.get(pk=portion.organisation_id),
        candidates=candidates,
        now=now,
    )
    portion.asked = sum(each.verdict.is_asked for each in decided)
    portion.not_asked = len(decided) - portion.asked
    portion.customer_ids, portion.decided_at = [], now
    portion.save()
    return len(decided)


def candidates_of(wave: Wave, customer_ids: list[int]) -> list[Candidate]:
    """Return whom the wave asks; by the calendar, the last ask of any kind counts."""
    programme = Programme.objects.get(pk=wave.programme_id)
    if wave.kind == Wave.Kind.DUE:
        rest_as_calendar(programme)
    occasion = wave.occasion
    return [Candidate(programme, customer_id, occasion) for customer_id in customer_ids]


def rest_as_calendar(programme: Programme) -> None:
    """Let the programme, as it is held here, rest for nearly a period after any of its asks."""
    programme.rest_days = max(programme.rest_days, cadence_of(programme).rest_days)


def _finish(wave_id: int, now: datetime) -> None:
    """Note that nothing of the wave is left; read anew, for another worker may have been last."""
    waiting = WavePortion.objects.filter(wave=OuterRef("pk"), decided_at__isnull=True)
    Wave.objects.filter(~Exists(waiting), pk=wave_id, finished_at__isnull=True).update(
        finished_at=now
    )
