"""The people behind counts: who was asked and is silent, and who was met at a touchpoint."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.asked import MET, AskedFilter, MetFilter
from console.selection import OF_ANSWERS, Selection, read_selection
from console.shown.asked import asked_lines, met_lines, ways_of
from console.shown.decisions import RULES
from console.shown.funnels import renewed
from console.shown.rates import RATE
from console.shown.selection import bar_at, bar_of
from kit.clock import now
from metrics.queries.asked import asked_people
from metrics.queries.effort import counted_by_rows
from metrics.queries.rates import response_rate
from surveys.models import Touchpoint
from surveys.queries.touchpoints import Which, interactions_at

IDLE = OF_ANSWERS | {"against"}


@require_safe
@inside("customers", Permission.VIEW_CUSTOMERS)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    """Everybody whose question left in the days, as the response rate counts them."""
    asked = AskedFilter(request.GET).read()
    also = AskedFilter.base_fields
    selection = read_selection(request, door, now(), idle=IDLE, also=also)
    period = selection.period.period
    with counted_by_rows(selection.segments):
        found = asked_people(
            **_part(selection),
            touchpoint_id=selection.touchpoint_id,
            became=asked["became"],
            after=asked["after"] or None,
        )
    rate = response_rate(selection.part, period, today=selection.today)
    context = {
        "selection": selection,
        "bar": bar_of(selection),
        "ways": ways_of(rate, asked["became"], selection.kept()),
        "found": found,
        "lines": asked_lines(found.rows),
        "explained": RATE,
    }
    return page(request, door, "customers/asked.html", context)


@require_safe
@inside("journey", Permission.VIEW_CUSTOMERS)
def at_touchpoint(request: HttpRequest, door: Door, touchpoint_id: int) -> HttpResponse:
    """The interactions behind one number of the way from interaction to answer."""
    touchpoint = get_object_or_404(Touchpoint, pk=touchpoint_id)
    asked, also = MetFilter(request.GET).read(), MetFilter.base_fields
    # Who was not asked belongs to no segment.
    idle = IDLE | (set() if asked["step"] and not asked["rule"] else {"segment"})
    selection = read_selection(request, door, now(), without={"touchpoint"}, idle=idle, also=also)
    with counted_by_rows(selection.segments):
        found = interactions_at(
            **_part(selection),
            touchpoint_id=touchpoint.pk,
            which=Which(
                step=asked["step"],
                rule=asked["rule"],
                over_by=renewed(selection.today, door.organisation.time_zone),
            ),
            after=asked["after"] or None,
        )
    context = {
        "touchpoint": touchpoint,
        "selection": selection,
        "bar": bar_at(selection, touchpoint),
        "what": RULES.get(asked["rule"], asked["rule"]) or MET.get(asked["step"], "Interactions"),
        "found": found,
        "lines": met_lines(found.rows),
    }
    return page(request, door, "touchpoints/people.html", context)


def _part(selection: Selection) -> dict[str, Any]:
    return {
        "period": selection.period.period,
        "programme_id": selection.programme_id,
        "segments": selection.segments,
    }
