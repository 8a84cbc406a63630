"""Two trends in one picture on one scale: side A drawn through, side B dashed."""

from collections.abc import Sequence
from typing import Any

from reports.charts.theme import PAGE, Palette, Spec, finish
from reports.charts.trends import Frame, Point, limits_of

LINE = 14  # pixels between two names under each other


def overlay(
    a: Sequence[Point],
    b: Sequence[Point],
    *,
    frame: Frame,
    description: str,
    palette: Palette = PAGE,
) -> Spec:
    """Draw both from their first day on; each keeps its own band."""
    first, second = _rows(a), _rows(b)
    low, high = limits_of([*a, *b], frame.limits)
    apart = _apart(first, second, frame.height / (high - low))
    sign = "datum.value > 0 ? '+' : ''" if frame.signed else "''"
    number = "replace(format(datum.value, 'd'), '-', '\u2212')"
    spec = {
        "width": frame.width,
        "height": frame.height,
        "encoding": {
            "x": {
                "field": "week",
                "type": "quantitative",
                "scale": {"nice": False, "zero": False},
                "axis": {
                    "grid": False,
                    "tickMinStep": 1,
                    "tickCount": 3,
                    "labelExpr": "'week ' + format(datum.value + 1, 'd')",
                    "labelFlush": True,
                    "labelOverlap": "greedy",
                },
            },
            "y": {
                "field": "score",
                "type": "quantitative",
                "scale": {"domain": [low, high], "zero": False, "nice": False},
                "axis": {
                    "labelExpr": f"({sign}) + {number} + '{frame.unit}'",
                    "tickCount": 4,
                    "tickMinStep": 1,
                    "minExtent": 32,
                },
            },
        },
        "layer": [
            _band(second, palette.grid, 0.9),
            _band(first, palette.band, 0.75),
            _line(second, palette.text, dash=[5, 3]),
            _line(first, palette.line, dash=[]),
            _name(second, "B", palette.text, dy=-apart),
            _name(first, "A", palette.line, dy=apart),
        ],
    }
    return finish(spec, palette=palette, description=description)


def _rows(points: Sequence[Point]) -> list[dict[str, Any]]:
    start = points[0].on if points else None
    return [
        {
            "week": (point.on - start).days / 7,
            "score": point.score,
            "low": point.low,
            "high": point.high,
        }
        for point in (one.joined for one in points)
        if start is not None
    ]


def _band(rows: Sequence[dict[str, Any]], colour: str, opacity: float) -> Spec:
    mark = {"type": "area", "color": colour, "opacity": opacity}
    return {
        "data": {"values": rows},
        "mark": mark | {"invalid": "break-paths-show-domains"},
        "encoding": {"y": {"field": "low"}, "y2": {"field": "high"}},
    }


def _line(rows: Sequence[dict[str, Any]], colour: str, *, dash: list[int]) -> Spec:
    mark = {"type": "line", "color": colour, "strokeWidth": 2, "strokeDash": dash or [1, 0]}
    shapes = {"point": {"size": 22, "filled": True, "color": colour}}
    return {
        "data": {"values": rows},
        "mark": mark | shapes | {"invalid": "break-paths-show-domains"},
    }


def _apart(a: Sequence[dict[str, Any]], b: Sequence[dict[str, Any]], scale: float) -> float:
    """How many pixels A's name goes down and B's up, so that neither lies on the other."""
    ends = [end for rows in (a, b) for end in _end(rows)]
    if len(ends) < 2 or ends[0]["week"] != ends[1]["week"]:
        return 0
    down: float = (ends[1]["score"] - ends[0]["score"]) * scale
    if abs(down) >= LINE:
        return 0
    return (LINE - abs(down)) / 2 * (1 if down >= 0 else -1)


def _end(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last row with a score, where there is one."""
    return [row for row in rows if row["score"] is not None][-1:]


def _name(rows: Sequence[dict[str, Any]], name: str, colour: str, *, dy: float) -> Spec:
    mark = {"type": "text", "align": "left", "dx": 7, "dy": dy, "fontWeight": 700, "fontSize": 12}
    return {
        "data": {"values": [row | {"name": name} for row in _end(rows)]},
        "mark": mark | {"color": colour},
        "encoding": {"text": {"field": "name"}},
    }
