"""How follow-up questions were answered: pages of their own, for their rows are counted."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.selection import Selection, read_selection
from console.shown.links import Links
from console.shown.programmes import programme_bar
from console.shown.selection import bar_at
from console.shown.spreads import EXPLAINED, items_of
from console.views.survey_editor import programme_of
from kit.clock import now
from reports.queries.follow_ups import Spreads, spreads
from reports.queries.wanted import Wanted
from surveys.models import Programme, Touchpoint


@require_safe
@inside("journey", Permission.VIEW_FIGURES)
def at_touchpoint(request: HttpRequest, door: Door, touchpoint_id: int) -> HttpResponse:
    touchpoint = get_object_or_404(Touchpoint, pk=touchpoint_id)
    selection = read_selection(request, door, now(), without={"touchpoint"}, idle={"against"})
    wanted = replace(_wanted(selection), touchpoint=touchpoint.pk, programme_kind="transactional")
    asking = Programme.objects.filter(touchpoints=touchpoint, archived_at__isnull=True)
    found = spreads(wanted, list(asking))
    within = {"touchpoint": str(touchpoint.pk), "programme_kind": "transactional"}
    context = {
        "touchpoint": touchpoint,
        "selection": selection,
        "bar": bar_at(selection, touchpoint),
    }
    return _page(request, door, found, (Links(door, selection), within), context)


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def of_programme(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = programme_of(programme_id)
    selection = read_selection(request, door, now(), without={"programme"}, idle={"against"})
    found = spreads(replace(_wanted(selection), programme=programme.pk), [programme])
    within = {"programme": str(programme.pk)}
    context = {
        "programme": programme,
        "selection": selection,
        "bar": programme_bar(selection, programme),
    }
    return _page(request, door, found, (Links(door, selection), within), context)


def _wanted(selection: Selection) -> Wanted:
    """The answers that the address asks for."""
    part = selection.part
    return Wanted(
        period=selection.period.period,
        programme=part.programme_id,
        touchpoint=part.touchpoint_id,
        segments=selection.segments,
        words=part.words,
        standing="counted",
        with_suspects=part.with_suspects,
    )


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
