"""The counts of one metric in the periods of a gap: of everybody, and of each segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kit.periods import Period
from metrics.queries.filters import Filter
from metrics.queries.histograms import Counts, read_splits
from metrics.rules.dimensions import NONE
from metrics.rules.windows import Comparison
from metrics.statistics.families import Versus
from metrics.statistics.figures import Figure, figure
from metrics.statistics.gap import PERIODS_BACK
from metrics.statistics.overlaps import Overlap
from metrics.statistics.scores import Histogram, without

SHOWN, NOW, BEFORE, EARLIER = 0, 1, 2, 3
# A dimension and one of its values.
Part = tuple[int, int]


@dataclass(frozen=True)
class Side:
    """One metric of one group: the figure, today included, and both figures of its verdict.

    `left_out` are the answers of the shown days that are not in the figure, by standing.
    """

    figure: Figure
    now: Figure
    before: Figure
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """The counts of one metric, of everybody and by dimension and value."""

    chosen: Filter
    windows: Sequence[Period]
    whole: Sequence[Counts]
    parts: Mapping[Part, Mapping[int, Counts]]

    def histogram(self, place: int, part: Part | None = None) -> Histogram:
        return self._counts(place, part).histogram

    def _counts(self, place: int, part: Part | None) -> Counts:
        if part is None:
            return self.whole[place]
        return self.parts.get(part, {}).get(place, Counts())

    def others(self, place: int, part: Part) -> Histogram:
        """Everybody but the segment; also those of whom the property is not known."""
        return without(self.histogram(place), self.histogram(place, part))

    def change(self, part: Part) -> Versus:
        """The segment in this period against itself in the last."""
        return self._versus(self.histogram(NOW, part), self.histogram(BEFORE, part))

    def apart(self, part: Part) -> Versus:
        """The segment against all others, in the same period."""
        return self._versus(self.histogram(NOW, part), self.others(NOW, part))

    def change_of_others(self, part: Part) -> Versus:
        return self._versus(self.others(NOW, part), self.others(BEFORE, part))

    def _versus(self, here: Histogram, there: Histogram) -> Versus:
        return Versus(self.chosen.definition, here, there)

    def side(self, part: Part | None = None, overlap: Overlap | None = None) -> Side:
        definition = self.chosen.definition
        shown, now = (
            figure(definition, self.histogram(place, part), overlap) for place in (SHOWN, NOW)
        )
        before = figure(definition, self.histogram(BEFORE, part))
        return Side(shown, now, before, self._counts(SHOWN, part).left_out)


def windows_of(period: Period, compared: Comparison) -> list[Period]:
    """The period, the two compared, and the five in a row before the first of these."""
    windows, last = [period, compared.now, compared.before], compared.now
    for _ in range(PERIODS_BACK + 1):
        last = last.before()
        windows.append(last)
    return windows


def read_parts(chosen: Filter, windows: Sequence[Period], dimensions: Sequence[int]) -> Read:
    found = read_splits(chosen, windows, [NONE, *dimensions], reach=EARLIER)
    everybody = found[NONE].get(0, {})
    return Read(
        chosen=chosen,
        windows=windows,
        whole=[everybody.get(place, Counts()) for place in range(len(windows))],
        parts={
            (dimension, value): places
            for dimension in dimensions
            for value, places in found[dimension].items()
        },
    )
