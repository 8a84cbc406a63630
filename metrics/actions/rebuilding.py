"""Count everything anew from the answers, as if the cells had never been."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from kit.tables import analyze
from metrics.actions.folding import hold_cells
from metrics.models import CountedAnswer, CountedAsk, TrackedProperty
from metrics.queries import counting as sql
from metrics.rules.dimensions import NONE, PROGRAMME, STATE_DAYS, TOUCHPOINT

_KEPT = (sql.CELLS, sql.SUPERSEDED, sql.SUPERSEDED_WEEKS, sql.ASK_CELLS)
_COUNTED = ("metrics_countedanswer", "metrics_countedask")


@dataclass(frozen=True)
class Rebuilt:
    """How much was counted."""

    answers: int
    asks: int


def _nothing(_what: str) -> None:
    """Tell nobody."""


def rebuild_cells(*, organisation_id: int, told: Callable[[str], None] = _nothing) -> Rebuilt:
    """Empty the organisation's cells and count every answer and every invitation again.

    One transaction: readers see the old counts until the new ones are whole. `told` hears
    how far it is, in words ("120 of 300 answers and invitations"). Each pair of dimensions
    is counted by a statement of its own, by other means than the fold.
    """
    with transaction.atomic():
        hold_cells(organisation_id=organisation_id)
        for table in (*_COUNTED, *(kept.table for kept in _KEPT)):
            _run(organisation_id, f"DELETE FROM {table} WHERE organisation_id = %(organisation)s")
        rebuilt = _count_rows(organisation_id)
        analyze([CountedAnswer, CountedAsk])
        used = _pairs_in_use(organisation_id)
        for number, pair in enumerate(used, start=1):
            for kept in (kept for kept in _KEPT if pair in kept.pairs()):
                _run(
                    organisation_id,
                    f"INSERT INTO {kept.table} ({sql.listed(kept.columns)}) {kept.recount(pair)}"
                    # Neighbours in the key become neighbours on the disk, and are read together.
                    f" ORDER BY {sql.listed(kept.key)}",
                )
            told(_so_far(rebuilt, number, len(used)))
    return rebuilt


def _so_far(rebuilt: Rebuilt, number: int, of: int) -> str:
    rows = rebuilt.answers + rebuilt.asks
    return f"{rows * number // of:,} of {rows:,} answers and invitations"


def _count_rows(organisation_id: int) -> Rebuilt:
    for table in ("surveys_response", "surveys_invitation"):
        contexts = f"SELECT id, context FROM {table} WHERE organisation_id = %(organisation)s"
        _run(organisation_id, sql.new_values(contexts))
    answers = sql.with_next(sql.present_answers(""))
    for table, row, present in (
        (_COUNTED[0], sql.ANSWER_ROW, sql.expected_answers(answers)),
        (_COUNTED[1], sql.ASK_ROW, sql.present_asks("")),
    ):
        names = sql.listed(row)
        _run(
            organisation_id,
            f"INSERT INTO {table} (organisation_id, {names})"
            f" SELECT %(organisation)s, {names} FROM ({present}) AS present",
        )
    return Rebuilt(
        answers=CountedAnswer.objects.filter(organisation_id=organisation_id).count(),
        asks=CountedAsk.objects.filter(organisation_id=organisation_id).count(),
    )


def _pairs_in_use(organisation_id: int) -> list[tuple[int, int]]:
    tracked = TrackedProperty.objects.filter(organisation_id=organisation_id)
    used = {NONE, PROGRAMME, TOUCHPOINT, *(row.dimension for row in tracked), *STATE_DAYS}
    return [pair for pair in sql.CELLS.pairs() if used.issuperset(pair)]


def _run(organisation_id: int, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"organisation": organisation_id, **sql.cuts()})
