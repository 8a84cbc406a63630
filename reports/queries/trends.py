"""The trend of a figure: which points it has, its picture, and the figures behind it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kit.periods import Period
from metrics.queries.scores import Point
from metrics.rules.windows import Step
from metrics.statistics.definitions import Kind
from metrics.statistics.figures import Figure, figure
from metrics.statistics.pooling import pooled
from reports.charts import trends
from reports.charts.theme import Spec
from reports.queries.beside import NOTHING_BESIDE, Beside, levels_of, marked, notes_of
from reports.queries.sides import days_of
from reports.rules.words import count_text, interval_text, value_text

MOST_TOGETHER = 4


@dataclass(frozen=True, kw_only=True)
class Table:
    """The figures behind a picture; `keys` name what each row counts: its days, or its score."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    keys: Sequence[Mapping[str, str]] = ()


def step_for(period: Period) -> Step:
    """Weeks where they hold a few answers each; days for short periods."""
    return Step.DAY if period.days <= 14 else Step.WEEK


def joined(points: Sequence[Point], *, tolerated: float = 0.25) -> tuple[Sequence[Point], int]:
    """The points by twos or fours where too many are too thin to join a line, and by which.

    `tolerated`: the share of points that may break the line. The newest are whole; what is left
    over at the far end stands by itself. Only for answers that all count: each customer's latest
    of some weeks is no sum of theirs; and not for moving points, which hold their thirty days.
    """
    found, by = points, 1
    while by < MOST_TOGETHER and _thin(found) > tolerated * len(found):
        by *= 2
        ends = range(len(points), 0, -by)
        found = [_one(points[max(0, end - by) : end]) for end in ends][::-1]
    return found, by


def has_shape(points: Sequence[Point]) -> bool:
    """Whether there is a line to draw: two points that hold enough answers."""
    return sum(point.figure.n >= trends.FEW for point in points) >= 2


def _thin(points: Sequence[Point]) -> int:
    """How many points break a line that could run there; the ends may be weeks that are cut."""
    return sum(0 < point.figure.n < trends.FEW for point in points[1:-1])


def _one(points: Sequence[Point]) -> Point:
    if len(points) == 1:
        return points[0]
    counts = pooled([point.figure.histogram for point in points])
    shown = figure(points[0].figure.definition, counts)
    left_out: Counter[str] = Counter()
    for point in points:
        left_out.update(point.left_out)
    return replace(points[0], last=points[-1].last, figure=shown, left_out=dict(left_out))


def trend_spec(
    title: str,
    points: Sequence[Point],
    *,
    width: int = 560,
    height: int = 184,
    beside: Beside = NOTHING_BESIDE,
) -> Spec:
    """Draw the figures of a trend with their bands, what happened and what they are held to."""
    return trends.trend(
        drawn(points),
        frame=frame_of(points, width=width, height=height),
        description=_trend_words(title, points),
        notes=notes_of(beside),
        levels=levels_of(beside, points[0].figure.definition),
    )


def frame_of(points: Sequence[Point], *, width: int, height: int) -> trends.Frame:
    """Give the limits and the unit that the metric of these points has."""
    is_nps = points[0].figure.definition.kind is Kind.NPS
    return trends.Frame(
        width=width,
        height=height,
        limits=trends.NPS_RANGE if is_nps else trends.SHARE_RANGE,
        unit="" if is_nps else " %",
        signed=is_nps,
    )


def drawn(points: Sequence[Point]) -> list[trends.Point]:
    """Turn figures into what a chart draws, in points from -100 or 0 to 100."""
    return [_drawn(point) for point in points]


def _drawn(point: Point) -> trends.Point:
    shown = point.figure
    if shown.value is None or shown.interval is None:
        return trends.Point(on=point.on, score=None, low=None, high=None, n=0)
    return trends.Point(
        on=point.on,
        score=round(float(shown.value) * 100, 2),
        low=round(shown.interval.low * 100, 2),
        high=round(shown.interval.high * 100, 2),
        n=shown.n,
    )


def trend_table(title: str, points: Sequence[Point], beside: Beside = NOTHING_BESIDE) -> Table:
    """Write the figures of a trend, one line for each point, with what happened in its days."""
    happened = marked(beside, points)
    is_marked = any(happened)
    days = "30 days to" if points[0].is_moving else "From"
    return Table(
        caption=f"{title} over time",
        heads=(days, "Score", "95 % interval", "n", *(["What happened"] if is_marked else [])),
        rows=[
            (
                f"{point.on:%-d %b %Y}",
                _point_text(point.figure),
                interval_text(point.figure) or "\u2013",
                count_text(point.figure.n),
                *([told] if is_marked else []),
            )
            for point, told in zip(points, happened, strict=True)
        ],
        keys=[days_of(Period(point.first, point.last)) for point in points],
    )


def _point_text(shown: Figure) -> str:
    return "no data" if shown.shown is None else value_text(shown.definition, shown.shown)


def _trend_words(title: str, points: Sequence[Point]) -> str:
    known = [point for point in points if point.figure.shown is not None]
    if not known:
        return f"{title}: no answers"
    is_moving = known[0].is_moving
    when = "in the 30 days to" if is_moving else "from"
    ends = [f"{_point_text(point.figure)} {when} {point.on:%-d %B %Y}" for point in known]
    return f"{title} over time with its 95 % band: {ends[0]}, {ends[-1]}"
