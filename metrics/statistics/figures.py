"""The one engine: a histogram and a definition in, the figure or the verdict a reader sees out."""

from dataclasses import dataclass
from fractions import Fraction

from metrics.statistics import comparing, nps, planning, proportions
from metrics.statistics.definitions import Definition, Kind
from metrics.statistics.intervals import Difference, Interval
from metrics.statistics.means import Mean, mean
from metrics.statistics.overlaps import Overlap, worth_of
from metrics.statistics.rounding import half_away, largest_remainder
from metrics.statistics.scores import Histogram, check_histogram
from metrics.statistics.tiers import Tier, tier
from metrics.statistics.verdicts import Verdict, judge


@dataclass(frozen=True)
class Figure:
    """A score with all that must stand beside it. No answers: value and interval are None."""

    definition: Definition
    n: int
    value: Fraction | None
    interval: Interval | None
    groups: tuple[int, ...]
    histogram: Histogram
    # How many independent answers they are worth, where customers answered more than once.
    worth: float | None = None

    @property
    def shown(self) -> int | None:
        """The whole number a page prints; None is "no data", never 0."""
        return None if self.value is None else half_away(self.value * 100)

    @property
    def shown_interval(self) -> tuple[int, int] | None:
        """Both ends in whole points."""
        if self.interval is None:
            return None
        return half_away(self.interval.low * 100), half_away(self.interval.high * 100)

    @property
    def mean(self) -> Mean | None:
        """Worked out where somebody asks: a page makes five hundred figures and prints no mean."""
        return mean(self.histogram)

    @property
    def tier(self) -> Tier:
        return tier(self.n)

    @property
    def labels(self) -> list[int]:
        """Whole percentages of the groups that add up to 100."""
        return largest_remainder(self.groups)


def figure(definition: Definition, counts: Histogram, overlap: Overlap | None = None) -> Figure:
    """Score a histogram by a definition.

    NPS: Reichheld 2003 with the interval of Rocks 2016, groups promoters, passives,
    detractors. CSAT and CES: the share from the cut up with Wilson's interval (Newcombe
    1998a), groups the satisfied and the others.
    """
    check_histogram(counts, definition.scale)
    if definition.kind is Kind.NPS:
        return _nps_figure(definition, counts)
    share = proportions.at_least(counts, definition.cut or 0)
    worth = None if overlap is None else worth_of(share.n, overlap.now)
    return Figure(
        definition=definition,
        n=share.n,
        value=share.exact,
        interval=proportions.wilson(share, n_effective=worth),
        groups=(share.part, share.n - share.part),
        histogram=counts,
        worth=worth,
    )


def _nps_figure(definition: Definition, counts: Histogram) -> Figure:
    people = nps.groups(counts)
    return Figure(
        definition=definition,
        n=people.n,
        value=nps.score(people),
        interval=nps.interval(people),
        groups=(people.promoters, people.passives, people.detractors),
        histogram=counts,
    )


def difference(
    definition: Definition, now: Histogram, before: Histogram, overlap: Overlap | None = None
) -> Difference | None:
    """The change between two groups of answers; None when one is empty.

    NPS: Lewis and Sauro 2021; shares: Newcombe 1998b, method 10. Groups are independent
    unless `overlap` tells what they share: then the covariance of an NPS is taken off, and
    a share counts as many answers as they are worth (Kish 1965).
    """
    check_histogram(now, definition.scale)
    check_histogram(before, definition.scale)
    overlap = still_holds(definition, now, before, overlap)
    if definition.kind is Kind.NPS:
        groups = nps.groups(now), nps.groups(before)
        if overlap is None:
            return comparing.two_samples(*groups)
        return comparing.overlapping(*groups, overlap.shared)
    cut = definition.cut or 0
    late, early = proportions.at_least(now, cut), proportions.at_least(before, cut)
    if overlap is None:
        return proportions.newcombe(late, early)
    worth = worth_of(late.n, overlap.now), worth_of(early.n, overlap.before)
    return proportions.newcombe(late, early, worth)


def still_holds(
    definition: Definition, now: Histogram, before: Histogram, overlap: Overlap | None
) -> Overlap | None:
    """What two periods share, or None once it cannot be told of these answers (Kish 1965).

    It was counted on a Monday, and answers are amended, excluded and erased on any day.
    """
    if overlap is None or definition.kind is not Kind.NPS:
        return overlap
    is_true = overlap.shared.are_among(nps.groups(now), nps.groups(before))
    return overlap if is_true else None


def needed_n(definition: Definition, counts: Histogram) -> int:
    """Answers needed in each period to see the change this definition cares about (Cohen 1988)."""
    if definition.kind is Kind.NPS:
        return planning.needed_for_nps(nps.groups(counts), definition.change_to_see)
    share = proportions.at_least(counts, definition.cut or 0)
    return planning.needed_for_share(share, definition.change_to_see)


def verdict(
    definition: Definition, now: Histogram, before: Histogram, overlap: Overlap | None = None
) -> Verdict | None:
    """The change named, with both n, or None when there is nothing to compare with.

    NPS: Lewis and Sauro 2021; shares: Newcombe 1998b; steady: Schuirmann 1987.
    """
    change = difference(definition, now, before, overlap)
    if change is None:
        return None
    return judge(
        change,
        smallest_change=definition.smallest_change,
        needed_n=needed_n(definition, now),
    )
