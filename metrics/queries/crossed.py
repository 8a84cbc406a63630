"""Histograms of several dimensions, each crossed with how customers were served."""

from collections.abc import Mapping, Sequence

from kit.periods import Period
from metrics.queries.filters import Filter
from metrics.queries.histograms import Counts, read_splits
from metrics.queries.sources import source
from metrics.rules.dimensions import STATES

# By dimension and value the counts of each period.
Splits = Mapping[int, Mapping[int, Mapping[int, Counts]]]


def read_crossed(
    chosen: Filter, periods: Sequence[Period], splits: Sequence[int], state: int, of: Sequence[int]
) -> dict[int, Splits]:
    """For each of these states what `read_splits` gives of those who were in it.

    One statement where cells hold both dimensions: what such a statement costs is being
    planned, and it is planned as long for one state as for all. Otherwise one for each state.
    """
    chosen = chosen.resolved()
    if not all(source(chosen, split, state).in_cells for split in splits):
        return {
            one: read_splits(chosen.narrowed(states={state: one}), periods, splits) for one in of
        }
    found = read_splits(chosen, periods, splits, state=state)
    return {
        one: {
            split: {both // STATES: places for both, places in by.items() if both % STATES == one}
            for split, by in found.items()
        }
        for one in of
    }
