"""Segments: teams, agents, branches, plans and every other property that is tracked."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import NoFilter
from console.forms.segments import SegmentFilter
from console.forms.trends import NAMES
from console.selection import read_selection
from console.shown.moved import AS_IT_IS_NOW, tables_of, ways_of
from console.shown.rates import RATE
from console.shown.segments import SEGMENTS, columns_of, on_segment, page_of, segment_lines
from console.shown.selection import bar_of
from console.shown.trends import read_trend
from kit.clock import now
from metrics.models import TrackedProperty
from metrics.queries.properties import tracked_properties
from metrics.queries.segments import NEVER
from metrics.rules.segments import written
from reports.queries.segments import segment_page, segment_rows


@require_safe
@inside("segments", Permission.VIEW_FIGURES)
def index(request: HttpRequest, door: Door) -> HttpResponse:
    NoFilter(request.GET).read()
    tracked = tracked_properties(door.organisation.pk)
    return page(request, door, "segments/index.html", {"tracked": tracked})


@require_safe
@inside("segments", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door, key: str) -> HttpResponse:
    tracked = get_object_or_404(TrackedProperty, key=key)
    if "now" in request.GET:
        return _as_it_is_now(request, door, tracked)
    selection = read_selection(request, door, now(), also={"after"})
    asked = SegmentFilter({"after": request.GET.get("after", "")}).read()
    found = segment_rows(
        part=selection.part,
        definitions=selection.definitions,
        tracked=tracked,
        period=selection.period.period,
        today=selection.today,
        against=selection.against,
        after=asked["after"] or None,
    )
    context = {
        "key": key,
        "selection": selection,
        "older": selection.older,
        "bar": bar_of(selection),
        "found": found,
        "lines": segment_lines(found.rows, selection, door, key),
        "columns": columns_of(found.rows),
        "explained": SEGMENTS,
        "ways": ways_of(tracked, selection, ""),
    }
    return page(request, door, "segments/list.html", context)


def _as_it_is_now(request: HttpRequest, door: Door, tracked: TrackedProperty) -> HttpResponse:
    selection = read_selection(request, door, now(), also={"now"})
    asked = request.GET["now"]
    tables = tables_of(tracked, selection, door, asked)
    if tables is None:
        raise Http404
    context = {
        "key": tracked.key,
        "selection": selection,
        "older": selection.older,
        "bar": bar_of(selection),
        "tables": tables,
        "explained": AS_IT_IS_NOW,
        "ways": ways_of(tracked, selection, asked),
    }
    return page(request, door, "segments/now.html", context)


@require_safe
@inside("segments", Permission.VIEW_FIGURES)
def detail(request: HttpRequest, door: Door, key: str, value: str) -> HttpResponse:
    moment = now()
    tracked = get_object_or_404(TrackedProperty, key=key)
    selection = read_selection(request, door, moment, also=NAMES)
    trend = read_trend(request, selection.period.period)
    here = on_segment(selection, key, value)
    if here.part.properties.get(tracked.slot) == NEVER:
        raise Http404
    found = segment_page(
        part=here.part,
        definitions=here.definitions,
        period=here.period.period,
        today=here.today,
        against=here.against,
        step=trend.step,
    )
    context = {
        "trend": trend,
        "key": key,
        "value": value,
        "selection": selection,
        "older": selection.older,
        "bar": bar_of(
            selection,
            fixed=[(key, value)],
            part=here.part,
            here=[("segment", written(key, value))],
        ),
        "explained": SEGMENTS,
        "rate_explained": RATE,
        "against_rest": urlencode([*here.kept(), ("b_rest", "on")]),
    }
    shown = page_of(found, here, door, moment)
    return page(request, door, "segments/detail.html", {**context, **shown})
