"""Net movement of customers between quadrants: who came less who left, never who recovered."""

from collections.abc import Mapping

from metrics.statistics.overlaps import Stand
from metrics.statistics.proportions import Movement, mcnemar
from metrics.statistics.quadrants import CORNERS, Cell


def net_movements(moves: Mapping[tuple[Stand, Stand], int]) -> dict[Cell, Movement]:
    """Each corner's net movement among those who have both in both periods (McNemar 1947).

    With nothing changed about 43 of 100 customers stand in another cell the next time they
    are asked (simulated), so only the difference of those who came and those who left tells
    anything.
    """
    pairs = sum(moves.values())
    found = {}
    for cell in CORNERS:
        stand = (cell[0].value, cell[1].value)
        gained = sum(n for (was, now), n in moves.items() if now == stand != was)
        lost = sum(n for (was, now), n in moves.items() if was == stand != now)
        movement = mcnemar(gained, lost, pairs)
        if movement is not None:
            found[cell] = movement
    return found
