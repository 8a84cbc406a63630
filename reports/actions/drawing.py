"""Draw the pictures of a page, each set of figures once."""

from collections.abc import Mapping
from datetime import datetime

from reports.charts.drawing import draw, key_of
from reports.charts.theme import Spec
from reports.models import RenderedChart

# About 7 kB each: the table stays under 20 MB however many figures people look at.
KEPT = 2_000


def draw_charts(*, specs: Mapping[str, Spec], now: datetime) -> dict[str, str]:
    """Return each named picture as SVG; known ones cost one query for all of them together."""
    keys = {name: key_of(spec) for name, spec in specs.items()}
    known = dict(RenderedChart.objects.filter(key__in=set(keys.values())).values_list("key", "svg"))
    missing = {keys[name]: spec for name, spec in specs.items() if keys[name] not in known}
    drawn = {key: draw(spec) for key, spec in missing.items()}
    if drawn:
        _keep(drawn, now=now)
    return {name: (known | drawn)[key] for name, key in keys.items()}


def _keep(drawn: Mapping[str, str], *, now: datetime) -> None:
    """Store new pictures and drop the oldest beyond the bound."""
    rows = [RenderedChart(key=key, svg=svg, drawn_at=now) for key, svg in sorted(drawn.items())]
    # Two requests may draw the same picture at once; sorted keys keep them from a deadlock.
    RenderedChart.objects.bulk_create(rows, ignore_conflicts=True)
    newest = RenderedChart.objects.order_by("-id").values_list("id", flat=True).first() or 0
    RenderedChart.objects.filter(id__lte=newest - KEPT).delete()
