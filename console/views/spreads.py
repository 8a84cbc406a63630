"""How follow-up questions were answered: pages of their own, for their rows are counted."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import ProgrammeFilter
from console.periods import read_period
from console.selection import read_selection
from console.shown.cards import Links
from console.shown.spreads import EXPLAINED, items_of
from console.views.surveys import programme_of
from kit.clock import now
from reports.queries.follow_ups import Spreads, spreads
from reports.queries.responses import Wanted
from surveys.models import Programme, Touchpoint


@require_safe
@inside("journey", Permission.VIEW_FIGURES)
def at_touchpoint(request: HttpRequest, door: Door, touchpoint_id: int) -> HttpResponse:
    touchpoint = get_object_or_404(Touchpoint, pk=touchpoint_id)
    selection = read_selection(request, door, now(), without={"touchpoint"})
    part = selection.part
    wanted = Wanted(
        period=selection.period.period,
        touchpoint=touchpoint.pk,
        programme=part.programme_id,
        segments=selection.segments,
        words=part.words,
        standing="counted",
        with_suspects=part.with_suspects,
        programme_kind="transactional",
    )
    asking = Programme.objects.filter(touchpoints=touchpoint, archived_at__isnull=True)
    found = spreads(wanted, list(asking))
    within = {"touchpoint": str(touchpoint.pk), "programme_kind": "transactional"}
    context = {"touchpoint": touchpoint, "period": selection.period, "query": selection.query()}
    return _page(request, door, found, (Links(door, selection), within), context)


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def of_programme(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = programme_of(programme_id)
    places = [(place.pk, place.name) for place in programme.touchpoints.order_by("name")]
    place = ProgrammeFilter(request.GET, touchpoints=places).read()["touchpoint"]
    period = read_period(request, time_zone=door.organisation.time_zone, now=now())
    wanted = Wanted(
        period=period.period, programme=programme.pk, touchpoint=place, standing="counted"
    )
    found = spreads(wanted, [programme])
    within = {"programme": str(programme.pk)}
    within |= {"touchpoint": str(place)} if place else {}
    query = urlencode([*parse_qsl(period.query), *([("touchpoint", place)] if place else [])])
    context = {"programme": programme, "period": period, "query": query}
    return _page(request, door, found, (Links(door, period), within), context)


def _page(
    request: HttpRequest,
    door: Door,
    found: Spreads,
    leads: tuple[Links, dict[str, str]],
    context: dict[str, Any],
) -> HttpResponse:
    told = {
        "items": items_of(found, *leads),
        "is_cut": found.is_cut,
        "read": found.read,
        "explained": EXPLAINED,
    }
    return page(request, door, "surveys/spreads.html", {**context, **told})
