"""Net movement between the cells of the gap, with the answers of whoever came and left."""

from collections.abc import Iterator
from dataclasses import dataclass

from metrics.rules.windows import Comparison
from metrics.statistics.families import ENOUGH
from metrics.statistics.movement import net_movements
from metrics.statistics.overlaps import Overlap
from metrics.statistics.proportions import Movement
from metrics.statistics.quadrants import Cell
from metrics.statistics.rounding import half_away
from metrics.statistics.scanning import discoveries
from reports.queries.asides import EXPERIENCE
from reports.queries.sides import Lead, Told, in_both
from reports.rules.both_words import NAMES, crossed_text, moved_text
from reports.rules.gap_words import p_text
from reports.rules.words import signed_text

RATED = {**EXPERIENCE, "state": "rated"}


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A corner's net movement among those who have both in both periods.

    `crossed`: who came into it, as an answer of now, and who left it, as an answer of before.
    """

    name: str
    net: str
    interval: str
    p: str
    is_called: bool
    crossed: Told


def answers_of(cell: Cell) -> dict[str, str]:
    """Narrow a list of answers to one cell."""
    served, felt = cell
    return {**EXPERIENCE, "state": served.value, "group": felt.value}


def moved_of(overlap: Overlap | None, days: Comparison) -> Told:
    """Say how many have both in both periods, leading to the newer answer of each."""
    n = 0 if overlap is None else sum(overlap.moves.values())
    leads = [Lead(n=n, answers={**RATED, **in_both(days.before)}, days=days.now)]
    return Told(text=moved_text(overlap), leads=leads if n else [], first="")


def movements_of(overlap: Overlap, days: Comparison) -> Iterator[Moved]:
    """Judge the corners together; nothing where fewer than 25 are in both periods."""
    found = net_movements(overlap.moves)
    if not found or next(iter(found.values())).pairs < ENOUGH:
        return
    called = discoveries([movement.p for movement in found.values()])
    for (cell, movement), is_called in zip(found.items(), called, strict=True):
        yield Moved(
            name=NAMES[cell],
            net=signed_text(half_away(movement.net * 100)),
            interval=" to ".join(
                signed_text(half_away(end * 100))
                for end in (movement.interval.low, movement.interval.high)
            ),
            p=p_text(movement.p),
            is_called=is_called,
            crossed=_crossed(cell, movement, days),
        )


def _crossed(cell: Cell, movement: Movement, days: Comparison) -> Told:
    """Who came into a cell and who left it: in both periods, and elsewhere in the other one."""
    answers = {**answers_of(cell), "elsewhere": "on"}
    return Told(
        text=crossed_text(movement),
        leads=[
            Lead(n=movement.gained, answers={**answers, **in_both(days.before)}, days=days.now),
            Lead(n=movement.lost, answers={**answers, **in_both(days.now)}, days=days.before),
        ],
        first="",
    )
