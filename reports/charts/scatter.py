"""Segments by service and experience, each with the way it came since the last period."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from reports.charts.theme import PAGE, Palette, Spec, finish

LETTER, LINE = 8, 20  # pixels that a letter of a name and a line of names take


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

    Only segments whose experience was called bear a name, where there is room for it, the
    first of them before the others; `middle` is everybody.
    """
    rows = [_row(place, palette) for place in places]
    _part_names(rows, width, height)
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
            *(
                _names(palette, tone=tone, align=align, dy=dy)
                for tone, dy in (("promoter", -14), ("detractor", 16))
                for align in sorted({row["align"] for row in rows if row["call"] == tone} - {""})
            ),
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
        "align": "center",
    }


def _part_names(rows: Sequence[dict[str, Any]], width: int, height: int) -> None:
    """Let two names that would run into each other grow apart, each away from the other."""
    (left, right), (low, high) = _domain("service", rows), _domain("experience", rows)
    for tone in ("promoter", "detractor"):
        named = sorted((row for row in rows if row["call"] == tone), key=lambda row: row["service"])
        for one, other in pairwise(named):
            across = (other["service"] - one["service"]) / (right - left) * width
            down = abs(other["experience"] - one["experience"]) / (high - low) * height
            if down < LINE and across < LETTER * (len(one["name"]) + len(other["name"])) / 2:
                one["align"], other["align"] = "right", "left"
    _drop_names(rows, (width / (right - left), height / (high - low)))


def _drop_names(rows: Sequence[dict[str, Any]], scale: tuple[float, float]) -> None:
    """Leave out the names that would still lie on another; the surest come first and stay."""
    held: list[tuple[float, float, float]] = []
    for row in rows:
        wide = LETTER * len(row["name"])
        start = {"left": -6.0, "right": 6.0 - wide}.get(row["align"], -wide / 2)
        begin = row["service"] * scale[0] + start
        high = row["experience"] * scale[1] + (14 if row["call"] == "promoter" else -16)
        is_free = all(
            abs(high - other) >= LINE - 4 or begin >= end or begin + wide <= first
            for first, end, other in held
        )
        if row["call"] != "passive" and is_free:
            held.append((begin, begin + wide, high))
        else:
            row["align"] = ""


def _domain(name: str, rows: Sequence[dict[str, Any]]) -> list[float]:
    values = [row[key] for row in rows for key in (name, f"was_{name}")]
    air = max((max(values) - min(values)) * 0.16, 4.0)
    limits = (0.0, 100.0) if name == "service" else (-100.0, 100.0)
    return [max(limits[0], min(values) - air), min(limits[1], max(values) + air)]


def _axis(name: str, rows: Sequence[dict[str, Any]], unit: str, palette: Palette) -> Spec:
    domain = _domain(name, rows)
    sign = "''" if unit else "datum.value > 0 ? '+' : ''"
    number = "replace(format(datum.value, 'd'), '-', '\u2212')"
    title: dict[str, Any] = {"title": "Service: satisfied", "titlePadding": 8}
    if not unit:
        # Lying above its axis: upright it ran into the numbers where a phone writes them larger.
        title = {"title": "Experience: NPS", "titleAngle": 0, "titleAlign": "left"}
        title |= {"titleAnchor": "end", "titleX": -36, "titleY": -12, "titleBaseline": "bottom"}
    return {
        "field": name,
        "type": "quantitative",
        "scale": {"domain": domain, "zero": False, "nice": False},
        "axis": {
            "labelExpr": f"({sign}) + {number} + '{unit}'",
            "tickCount": 5,
            **title,
            "titleColor": palette.text,
            "titleFontSize": 12,
            "titleFontWeight": 500,
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


def _names(palette: Palette, *, tone: str, align: str, dy: int) -> Spec:
    """Names stand above where experience rose and below where it fell, away from the tail."""
    return {
        "transform": [{"filter": f"datum.call === '{tone}' && datum.align === '{align}'"}],
        "mark": {
            "type": "text",
            "align": align,
            "dx": {"left": -6, "right": 6}.get(align, 0),
            "dy": dy,
            "fontSize": 12,
            "fontWeight": 600,
            "color": palette.text,
        },
        "encoding": {"text": {"field": "name"}},
    }
