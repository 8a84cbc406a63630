"""The look that all charts share: two palettes, one configuration."""

from dataclasses import dataclass
from typing import Any

Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Colours by meaning, never by hue."""

    line: str
    band: str
    grid: str
    text: str
    note: str
    surface: str
    promoter: str
    passive: str
    low: str
    detractor: str


# Variables let one stored picture follow the reader's light or dark page.
PAGE = Palette(
    line="var(--chart-line)",
    band="var(--chart-band)",
    grid="var(--chart-grid)",
    text="var(--chart-text)",
    note="var(--chart-note)",
    surface="var(--chart-surface)",
    promoter="var(--promoter)",
    passive="var(--passive)",
    low="var(--low)",
    detractor="var(--detractor)",
)

# Mail and paper know no variables: a var() there comes out black.
PAPER = Palette(
    line="#2f55c9",
    band="#d5dffa",
    grid="#e8ebef",
    text="#4d596a",
    note="#7a5a00",
    surface="#ffffff",
    promoter="#0f766e",
    passive="#98a2b0",
    low="#e39a2d",
    detractor="#c2410c",
)


def finish(spec: Spec, *, palette: Palette, description: str) -> Spec:
    """Put the shared configuration round a chart's own part."""
    return {
        "$schema": SCHEMA,
        "description": description,
        "background": "transparent",
        "padding": 0,
        "autosize": {"type": "fit", "contains": "padding"},
        **spec,
        "config": _config(palette),
    }


def _config(palette: Palette) -> Spec:
    return {
        "aria": False,  # the picture carries one label; its figures stand in the table behind it
        "font": "sans-serif",
        "view": {"stroke": None},
        "axis": {
            "domain": False,
            "ticks": False,
            "gridColor": palette.grid,
            "labelColor": palette.text,
            "labelFontSize": 11,
            "labelPadding": 8,
            "title": None,
        },
        "text": {"color": palette.text, "fontSize": 11},
    }
