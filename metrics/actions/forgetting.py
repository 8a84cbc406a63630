"""React to an erased person: empty once more what was on its way while she was erased."""

from collections.abc import Sequence
from datetime import datetime

from events.dispatching import Happening
from metrics.queries.tracking import tracked_keys
from surveys.actions.erasing import forget_rows_again


def forget_words(organisation_id: int, happenings: Sequence[Happening], now: datetime) -> None:  # noqa: ARG001
    """Keep the tracked values, forget all words; repeating it changes nothing."""
    tracked = tracked_keys()
    for event in happenings:
        forget_rows_again(
            customer_id=event.payload["customer"],
            mode=event.payload["mode"],
            tracked=tracked,
            now=now,
        )
