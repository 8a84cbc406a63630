"""Bars: how answers spread over the groups of a scale, and small bars of counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.theme import PAGE, Palette, Spec, finish


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a whole: its name, its count and the tone it is drawn in."""

    name: str
    count: int
    tone: str  # the name of a colour of the palette: promoter, passive, low, detractor


def spread(
    parts: Sequence[Part], *, description: str, width: int = 560, palette: Palette = PAGE
) -> Spec:
    """Draw one stacked bar; a part too thin for its label keeps it in the legend beside."""
    total = sum(part.count for part in parts) or 1
    rows, start = [], 0
    for part in parts:
        rows.append(_slice(part, start=start, total=total, palette=palette))
        start += part.count
    across = {"field": "start", "type": "quantitative", "axis": None}
    scale = {"scale": {"domain": [0, total], "nice": False}}
    bar = {
        "mark": {"type": "rect", "stroke": palette.surface, "strokeWidth": 2},
        "encoding": {"fill": {"field": "tone", "scale": None, "legend": None}},
    }
    spec = {
        "width": width,
        "height": 16,
        "autosize": {"type": "pad"},
        "data": {"values": [row for row in rows if row["start"] != row["end"]]},
        "encoding": {"x": across | scale, "x2": {"field": "end"}},
        "layer": [bar],
    }
    return finish(spec, palette=palette, description=description)


def columns(
    parts: Sequence[Part],
    *,
    description: str,
    width: int = 560,
    height: int = 144,
    palette: Palette = PAGE,
) -> Spec:
    """Draw one column per value of a scale with its count above it."""
    rows = [
        {"name": part.name, "count": part.count, "tone": getattr(palette, part.tone)}
        for part in parts
    ]
    axis = {"grid": False, "labelAngle": 0, "labelFontSize": 12}
    names = {"field": "name", "type": "nominal", "sort": None, "axis": axis}
    counts = {"field": "count", "type": "quantitative", "axis": None}
    fill = {"fill": {"field": "tone", "scale": None, "legend": None}}
    bar = {"mark": {"type": "bar", "cornerRadiusEnd": 3, "width": {"band": 0.72}}, "encoding": fill}
    label = {"mark": {"type": "text", "dy": -8}, "encoding": {"text": {"field": "count"}}}
    spec = {
        "width": width,
        "height": height,
        "data": {"values": rows},
        "encoding": {"x": names, "y": counts},
        "layer": [bar, label],
    }
    return finish(spec, palette=palette, description=description)


def _slice(part: Part, *, start: int, total: int, palette: Palette) -> dict[str, object]:
    return {
        "name": part.name,
        "start": start,
        "end": start + part.count,
        "share": part.count / total,
        "tone": getattr(palette, part.tone),
    }
