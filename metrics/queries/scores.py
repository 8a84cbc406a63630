"""A metric's score in a period with its interval, its comparison and what it leaves out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kit.periods import Period
from metrics.queries.filters import Filter
from metrics.queries.histograms import Counts, read, read_split
from metrics.queries.overlaps import Overlaps, about, stored_overlaps
from metrics.rules.dimensions import TOUCHPOINT
from metrics.rules.windows import Against, Comparison, Step, buckets, comparison
from metrics.statistics.figures import Figure, figure, still_holds, verdict
from metrics.statistics.overlaps import Overlap
from metrics.statistics.verdicts import Verdict


@dataclass(frozen=True)
class Score:
    """A figure with its verdict; the verdict compares whole days and has its own two figures.

    `left_out` says how many answers are not in it, by standing; "superseded" are earlier
    answers of customers who answered a relationship survey again in the period.
    """

    period: Period
    figure: Figure
    left_out: Mapping[str, int]
    comparison: Comparison
    compared: Figure
    before: Figure
    verdict: Verdict | None
    # What both periods share; None: answers are treated as independent.
    overlap: Overlap | None = None

    @property
    def judged(self) -> Verdict | None:
        """The verdict that may be shown: with too few answers on one side nothing is called."""
        sides = (self.compared, self.before)
        return self.verdict if all(side.tier.shows_headline for side in sides) else None


def score_of(
    chosen: Filter,
    period: Period,
    *,
    today: date,
    against: Period | Against | None = None,
    overlaps: Overlaps | None = None,
) -> Score:
    """Score the period, today included, and judge its change; one statement.

    What the two periods share is looked up with another one, unless a page that shows
    several scores did so for all of them. It is stored for the two cards only.
    """
    compared = comparison(period, today, against)
    whole, now, before = read(chosen, [period, compared.now, compared.before])
    overlap = _overlap(chosen, compared, overlaps)
    return _score(chosen, period, compared, (whole, now, before), overlap)


def _overlap(chosen: Filter, compared: Comparison, overlaps: Overlaps | None) -> Overlap | None:
    if overlaps is None and about(chosen) is not None:
        overlaps = stored_overlaps(chosen.organisation_id)
    return None if overlaps is None else overlaps.of(chosen, compared)


def _score(
    chosen: Filter,
    period: Period,
    compared: Comparison,
    counts: tuple[Counts, Counts, Counts],
    overlap: Overlap | None = None,
) -> Score:
    whole, now, before = counts
    definition = chosen.definition
    overlap = still_holds(definition, now.histogram, before.histogram, overlap)
    return Score(
        period=period,
        figure=figure(definition, whole.histogram, overlap),
        left_out=whole.left_out,
        comparison=compared,
        compared=figure(definition, now.histogram, overlap),
        before=figure(definition, before.histogram),
        verdict=verdict(definition, now.histogram, before.histogram, overlap),
        overlap=overlap,
    )


def scores_by(
    chosen: Filter,
    period: Period,
    *,
    split: int,
    today: date,
    against: Period | Against | None = None,
) -> dict[int, Score]:
    """The score of each value of a dimension that had answers; one statement for all."""
    compared = comparison(period, today, against)
    windows = [period, compared.now, compared.before]
    found = {}
    for value, places in sorted(read_split(chosen, windows, split).items()):
        whole, now, before = _in_order(places, len(windows))
        found[value] = _score(chosen, period, compared, (whole, now, before))
    return found


def _in_order(places: Mapping[int, Counts], number: int) -> list[Counts]:
    """The counts of so many periods; empty ones where nobody answered."""
    return [places.get(place, Counts()) for place in range(number)]


@dataclass(frozen=True)
class Point:
    """One point of a trend; without answers its figure says "no data".

    A moving point stands at its last day: its days overlap those of its neighbours.
    """

    first: date
    last: date
    figure: Figure
    left_out: Mapping[str, int] = field(default_factory=dict)
    is_moving: bool = False

    @property
    def on(self) -> date:
        """The day at which it stands in a picture."""
        return self.last if self.is_moving else self.first


def trend_of(chosen: Filter, period: Period, step: Step = Step.WEEK) -> list[Point]:
    """The figure of each day, week or 30-day window of the period; one statement."""
    windows = buckets(period, step)
    return _points(chosen, step, windows, read(chosen, windows))


def _points(
    chosen: Filter, step: Step, windows: Sequence[Period], found: Sequence[Counts]
) -> list[Point]:
    return [
        Point(
            window.first,
            window.last,
            figure(chosen.definition, counts.histogram),
            counts.left_out,
            is_moving=step is Step.MONTH_MOVING,
        )
        for window, counts in zip(windows, found, strict=True)
    ]


def sparklines(
    chosen: Filter, period: Period, step: Step = Step.WEEK, split: int = TOUCHPOINT
) -> dict[int, list[Point]]:
    """A trend for each touchpoint (or other dimension) that had answers; one statement."""
    windows = buckets(period, step)
    return {
        value: _points(chosen, step, windows, _in_order(places, len(windows)))
        for value, places in sorted(read_split(chosen, windows, split).items())
    }


@dataclass(frozen=True)
class Line:
    """One value of a dimension: its score with a verdict, and its trend."""

    score: Score
    points: list[Point]


def line_of(
    chosen: Filter,
    period: Period,
    *,
    today: date,
    step: Step,
    against: Period | Against | None = None,
    overlaps: Overlaps | None = None,
) -> Line:
    """The score and the trend of a filter; one statement for both, as `score_of` otherwise."""
    compared, windows = comparison(period, today, against), buckets(period, step)
    periods = [period, compared.now, compared.before, *windows]
    whole, now, before, *rest = read(chosen, periods)
    overlap = _overlap(chosen, compared, overlaps)
    score = _score(chosen, period, compared, (whole, now, before), overlap)
    return Line(score, _points(chosen, step, windows, rest))


def lines_by(
    chosen: Filter,
    period: Period,
    *,
    split: int,
    today: date,
    step: Step = Step.WEEK,
    against: Period | Against | None = None,
) -> dict[int, Line]:
    """The score and the trend of each value of a dimension; one statement for all of both."""
    compared = comparison(period, today, against)
    windows = buckets(period, step)
    periods = [period, compared.now, compared.before, *windows]
    found = {}
    for value, places in sorted(read_split(chosen, periods, split).items()):
        whole, now, before, *rest = _in_order(places, len(periods))
        score = _score(chosen, period, compared, (whole, now, before))
        found[value] = Line(score, _points(chosen, step, windows, rest))
    return found


def distribution_of(shown: Figure) -> list[tuple[int, int]]:
    """How many gave each score of the scale, the scores nobody gave included."""
    scale = shown.definition.scale
    return [(score, shown.histogram.get(score, 0)) for score in range(scale.low, scale.high + 1)]
