"""Segments by service and experience, each with the way it came since the last period."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.charts.theme import PAGE, Palette, Spec, finish


@dataclass(frozen=True, kw_only=True)
class Place:
    """One segment: service in percent and NPS, now and in the last period."""

    name: str
    now: tuple[float, float]
    before: tuple[float, float] | None
    is_small: bool
    tone: str  # promoter, detractor or passive: what its experience was called


def positions(
    places: Sequence[Place],
    *,
    middle: tuple[float, float],
    description: str,
    width: int = 560,
    height: int = 320,
    palette: Palette = PAGE,
) -> Spec:
    """Draw each segment as a dot, hollow where small, with a tail from where it was.

    Only segments whose experience was called bear a name; `middle` is everybody.
    """
    rows = [_row(place, palette) for place in places]
    spec = {
        "width": width,
        "height": height,
        "data": {"values": rows},
        "encoding": {
            "x": _axis("service", rows, " %", palette),
            "y": _axis("experience", rows, "", palette),
        },
        "layer": [
            *_everybody(middle, palette),
            _tails(),
            _dots(palette),
            _names(palette, tone="promoter", dy=-14),
            _names(palette, tone="detractor", dy=16),
        ],
    }
    return finish(spec, palette=palette, description=description)


def _row(place: Place, palette: Palette) -> dict[str, Any]:
    x, y = place.now
    was_x, was_y = place.before or place.now
    return {
        "name": place.name,
        "service": round(x, 2),
        "experience": round(y, 2),
        "was_service": round(was_x, 2),
        "was_experience": round(was_y, 2),
        "tone": getattr(palette, place.tone),
        "small": place.is_small,
        "call": place.tone,
    }


def _axis(name: str, rows: Sequence[dict[str, Any]], unit: str, palette: Palette) -> Spec:
    values = [row[key] for row in rows for key in (name, f"was_{name}")]
    air = max((max(values) - min(values)) * 0.16, 4.0)
    limits = (0.0, 100.0) if unit else (-100.0, 100.0)
    domain = [max(limits[0], min(values) - air), min(limits[1], max(values) + air)]
    sign = "''" if unit else "datum.value > 0 ? '+' : ''"
    number = "replace(format(datum.value, 'd'), '-', '\u2212')"
    title = "Service: satisfied" if unit else "Experience: NPS"
    return {
        "field": name,
        "type": "quantitative",
        "scale": {"domain": domain, "zero": False, "nice": False},
        "axis": {
            "labelExpr": f"({sign}) + {number} + '{unit}'",
            "tickCount": 5,
            "title": title,
            "titleColor": palette.text,
            "titleFontSize": 12,
            "titleFontWeight": 500,
            "titlePadding": 8,
        },
    }


def _everybody(middle: tuple[float, float], palette: Palette) -> list[Spec]:
    rule = {"type": "rule", "color": palette.text, "strokeDash": [2, 4], "opacity": 0.6}
    data = {"values": [{"service": middle[0], "experience": middle[1]}]}
    return [
        {"data": data, "mark": rule, "encoding": {"y": None}},
        {"data": data, "mark": rule, "encoding": {"x": None}},
    ]


def _tails() -> Spec:
    return {
        "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.45, "strokeCap": "round"},
        "encoding": {
            "x": {"field": "was_service", "type": "quantitative"},
            "y": {"field": "was_experience", "type": "quantitative"},
            "x2": {"field": "service"},
            "y2": {"field": "experience"},
            "color": {"field": "tone", "scale": None, "legend": None},
        },
    }


def _dots(palette: Palette) -> Spec:
    hollow = {"test": "datum.small", "value": palette.surface}
    return {
        "mark": {"type": "point", "filled": False, "size": 110, "strokeWidth": 2, "opacity": 1},
        "encoding": {
            "fill": {"condition": hollow, "field": "tone", "scale": None, "legend": None},
            "stroke": {"field": "tone", "scale": None, "legend": None},
        },
    }


def _names(palette: Palette, *, tone: str, dy: int) -> Spec:
    """Names stand above where experience rose and below where it fell, away from the tail."""
    return {
        "transform": [{"filter": f"datum.call === '{tone}'"}],
        "mark": {
            "type": "text",
            "align": "center",
            "dy": dy,
            "fontSize": 12,
            "fontWeight": 600,
            "color": palette.text,
        },
        "encoding": {"text": {"field": "name"}},
    }
