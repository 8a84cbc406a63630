"""Lines over time: the trend with its 95 % band, and the sparkline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from reports.charts.flags import HEIGHT, LETTER, Note, flags_of, lines
from reports.charts.levels import Level, Scale, Spot, along, levels_in
from reports.charts.theme import PAGE, Palette, Spec, finish

SMALL_SAMPLE = 25
FEW = 5  # answers, under which nothing has a score: a line through them would tell of chance
MANY = 30  # points in one line, from which on large dots would hide it
NPS_RANGE = (-100.0, 100.0)
SHARE_RANGE = (0.0, 100.0)


@dataclass(frozen=True, kw_only=True)
class Point:
    """One bucket of a trend; without answers the three figures are None and the line breaks."""

    on: date
    score: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def is_few(self) -> bool:
        return self.score is not None and self.n < FEW

    @property
    def joined(self) -> "Point":
        """The point as a line and its band see it: of a few answers they see nothing."""
        return replace(self, score=None, low=None, high=None) if self.is_few else self


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Size in pixels and the limits that no score can pass."""

    width: int = 560
    height: int = 184
    limits: tuple[float, float] = NPS_RANGE
    unit: str = ""
    signed: bool = True


def trend(
    points: Sequence[Point],
    *,
    frame: Frame,
    description: str,
    notes: Sequence[Note] = (),
    levels: Sequence[Level] = (),
    palette: Palette = PAGE,
) -> Spec:
    """Draw scores over time with their band; buckets under 25 answers are hollow.

    Those under 5 stand faint and apart: one bad answer in a quiet week is no fall to nothing.
    """
    flags = flags_of(notes, [point.on for point in points], frame.width) if points else []
    rows = [_row(point) for point in points]
    dots = _dots(palette, size=26 if len(rows) <= MANY else 9)
    few = [_few(points, palette)] if any(point.is_few for point in points) else []
    layers = [_band(palette), _line(palette), *few, dots, _last(rows, frame, palette)]
    spec = {
        "width": frame.width,
        "height": frame.height,
        "data": {"values": rows},
        "encoding": {"x": _time(points), "y": _score(points, frame, levels)},
        "layer": [*layers, *_levels(levels, points, frame, palette), *lines(flags, palette)],
    }
    if flags:
        spec["padding"] = {"top": HEIGHT, "bottom": 0, "left": 0, "right": 0}
    return finish(spec, palette=palette, description=description)


def sparkline(
    points: Sequence[Point], *, frame: Frame, description: str, palette: Palette = PAGE
) -> Spec:
    """Draw the shape of a trend, as small as a word, with its band."""
    bare = {"axis": None}
    spec = {
        "width": frame.width,
        "height": frame.height,
        "autosize": {"type": "pad"},
        "data": {"values": [_row(point) for point in points]},
        "encoding": {"x": _time(points) | bare, "y": _score(points, frame) | bare},
        "layer": [_band(palette), _line(palette, width=1.5), _end(points, palette)],
    }
    return finish(spec, palette=palette, description=description)


def limits_of(
    points: Sequence[Point], limits: tuple[float, float], levels: Sequence[Level] = ()
) -> tuple[float, float]:
    """Give the range that holds every band and level with some air, inside what is possible."""
    fixed = [level.value for level in levels]
    fixed += [point.score for point in points if point.is_few and point.score is not None]
    seen = [point.joined for point in points]
    lows = [point.low for point in seen if point.low is not None]
    highs = [point.high for point in seen if point.high is not None]
    if not lows or not highs:
        return limits
    lows, highs = lows + fixed, highs + fixed
    air = max((max(highs) - min(lows)) * 0.1, 2.0)
    return max(limits[0], min(lows) - air), min(limits[1], max(highs) + air)


def _row(point: Point) -> dict[str, Any]:
    seen = point.joined
    return {
        "on": seen.on.isoformat(),
        "score": seen.score,
        "low": seen.low,
        "high": seen.high,
        "small": seen.n < SMALL_SAMPLE,
    }


def _time(points: Sequence[Point]) -> Spec:
    days = (points[-1].on - points[0].on).days if points else 0
    wording = "%-d %b" if days <= 190 else "%b %Y"
    axis = {"grid": False, "format": wording, "tickCount": 5, "labelFlush": True}
    return {
        "field": "on",
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": axis | {"labelOverlap": "greedy", "labelSeparation": 16},
    }


def _score(points: Sequence[Point], frame: Frame, levels: Sequence[Level] = ()) -> Spec:
    low, high = limits_of(points, frame.limits, levels)
    sign = "datum.value > 0 ? '+' : ''" if frame.signed else "''"
    number = "replace(format(datum.value, 'd'), '-', '\u2212')"
    text = f"({sign}) + {number} + '{frame.unit}'"
    return {
        "field": "score",
        "type": "quantitative",
        "scale": {"domain": [low, high], "zero": False, "nice": False},
        "axis": {"labelExpr": text, "tickCount": 4, "tickMinStep": 1, "minExtent": 32},
    }


def _band(palette: Palette) -> Spec:
    return {
        "mark": {"type": "area", "color": palette.band, "invalid": "break-paths-show-domains"},
        "encoding": {"y": {"field": "low"}, "y2": {"field": "high"}},
    }


def _line(palette: Palette, width: float = 2) -> Spec:
    mark = {"type": "line", "color": palette.line, "strokeWidth": width, "strokeJoin": "round"}
    return {"mark": mark | {"invalid": "break-paths-show-domains"}}


def _dots(palette: Palette, *, size: int) -> Spec:
    fill = {
        "condition": {"test": "datum.small", "value": palette.surface},
        "value": palette.line,
    }
    return {
        "transform": [{"filter": "datum.score !== null"}],
        "mark": {"type": "point", "filled": False, "size": size, "strokeWidth": 1.5, "opacity": 1},
        "encoding": {"fill": fill, "stroke": {"value": palette.line}},
    }


def _few(points: Sequence[Point], palette: Palette) -> Spec:
    rows = [{"on": one.on.isoformat(), "score": one.score} for one in points if one.is_few]
    mark = {"type": "point", "filled": False, "size": 14, "strokeWidth": 1, "opacity": 0.55}
    return {"data": {"values": rows}, "mark": mark | {"color": palette.text}}


def _last(rows: Sequence[dict[str, Any]], frame: Frame, palette: Palette) -> Spec:
    known = [row for row in rows if row["score"] is not None][-1:]
    text = {"type": "text", "align": "right", "dy": -9, "fontWeight": 600, "fontSize": 12}
    labels = [row | {"text": score_text(row["score"], frame)} for row in known]
    return {
        "data": {"values": labels},
        "mark": text | {"color": palette.line, "dx": 4},
        "encoding": {"y": {"field": "high", "type": "quantitative"}, "text": {"field": "text"}},
    }


def _end(points: Sequence[Point], palette: Palette) -> Spec:
    known = [_row(point) for point in points if point.joined.score is not None][-1:]
    return {
        "data": {"values": known},
        "mark": {"type": "point", "filled": True, "size": 16, "opacity": 1, "color": palette.line},
    }


def _levels(
    levels: Sequence[Level], points: Sequence[Point], frame: Frame, palette: Palette
) -> list[Spec]:
    """Levels named clear of the line, of the faint dots and of the last score's words."""
    low, high = limits_of(points, frame.limits, levels)
    scale = Scale(width=frame.width, height=frame.height, low=low, high=high)
    return levels_in(levels, scale, _drawn(points, frame, scale), palette)


def _drawn(points: Sequence[Point], frame: Frame, scale: Scale) -> list[Spot]:
    """Where a picture is taken: by the line, by faint dots and by the last score's words."""
    if not points:
        return []
    whole = max((points[-1].on - points[0].on).days, 1)
    at = [((point.on - points[0].on).days / whole, point) for point in points]
    spots = [scale.spot(share, point.score or 0) for share, point in at if point.is_few]
    for has_line, run in groupby(at, lambda each: each[1].joined.score is not None):
        if has_line:
            spots += along([(share, point.score or 0) for share, point in run], scale)
    for share, last in [each for each in at if each[1].joined.score is not None][-1:]:
        right, foot = scale.spot(share, last.high or 0)
        wide = LETTER * len(score_text(last.score or 0, frame))
        spots += [(right - back, foot - up) for back in range(0, wide, 3) for up in (9, 15, 21)]
    return spots


def score_text(score: float, frame: Frame) -> str:
    """Write a score as the axis does, half away from zero: +46, \u221231, 83 %."""
    whole = int(abs(score) + 0.5)
    sign = "\u2212" if score < 0 and whole else "+" if frame.signed and whole else ""
    return f"{sign}{whole}{frame.unit}"
