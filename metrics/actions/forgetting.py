"""React to an erased person: forget what was on its way, and mark the days that lost answers."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from events.dispatching import Happening
from metrics.models import Annotation
from metrics.queries.tracking import tracked_keys
from surveys.actions.erasing import Mode, forget_rows_again

TAKEN_OUT = "Answers of somebody who was erased were taken out"
OURSELVES = "cxapp"


def forget_words(organisation_id: int, happenings: Sequence[Happening], now: datetime) -> None:
    """Keep the tracked values, forget all words; repeating it changes nothing."""
    tracked = tracked_keys()
    for event in happenings:
        forget_rows_again(
            customer_id=event.payload["customer"],
            mode=event.payload["mode"],
            tracked=tracked,
            now=now,
        )
        if event.payload["mode"] == Mode.REMOVE:
            _mark(organisation_id, map(date.fromisoformat, event.payload["days"]), now)


def _mark(organisation_id: int, days: Iterable[date], now: datetime) -> None:
    for day in days:
        Annotation.objects.get_or_create(
            organisation_id=organisation_id,
            on_day=day,
            text=TAKEN_OUT,
            defaults={"made_at": now, "made_by": OURSELVES},
        )
