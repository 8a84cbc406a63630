"""Count everything anew from the answers, as if the cells had never been."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from metrics.actions.folding import fold_answers, fold_asks, hold_cells

_TABLES = ("cell", "superseded", "askcell", "countedanswer", "countedask")
BATCH = 20_000


@dataclass(frozen=True)
class Rebuilt:
    """How much was counted."""

    answers: int
    asks: int


def _nothing(_done: int) -> None:
    """Tell nobody."""


def rebuild_cells(
    *, organisation_id: int, told: Callable[[int], None] = _nothing, batch: int = BATCH
) -> Rebuilt:
    """Empty the organisation's cells and fold every answer and every invitation again.

    One transaction: readers see the old counts until the new ones are whole. `told` hears
    how many rows are done after each batch.
    """
    with transaction.atomic():
        hold_cells(organisation_id=organisation_id)
        with connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(
                    f"DELETE FROM metrics_{table} WHERE organisation_id = %s",
                    [organisation_id],
                )
        answers = _ids(organisation_id, "surveys_response", "score IS NOT NULL")
        asks = _ids(organisation_id, "surveys_invitation", "sent_on IS NOT NULL")
        done = 0
        for some in _batches(answers, batch):
            fold_answers(organisation_id=organisation_id, response_ids=some)
            done += len(some)
            told(done)
        for some in _batches(asks, batch):
            fold_asks(organisation_id=organisation_id, invitation_ids=some)
            done += len(some)
            told(done)
    return Rebuilt(answers=len(answers), asks=len(asks))


def _batches(ids: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _ids(organisation_id: int, table: str, which: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {table} WHERE organisation_id = %s AND {which} ORDER BY id",
            [organisation_id],
        )
        return [row[0] for row in cursor.fetchall()]
