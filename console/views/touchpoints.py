"""Touchpoints: the list with scores, one of them in depth, and the forms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.filters import PeriodFilter
from console.forms.touchpoints import TouchpointForm
from console.periods import read_period
from console.shown.cards import Links, scores_explained
from console.shown.touchpoints import lines_of, page_of
from console.versions import older_versions, read_definitions
from kit.clock import now
from kit.periods import local_day
from reports.queries.touchpoints import touchpoint_page, touchpoint_rows
from surveys.actions.editing_touchpoints import (
    TouchpointNameTaken,
    create_touchpoint,
    details_of,
    update_touchpoint,
)
from surveys.models import Touchpoint
from surveys.queries.touchpoints import stages

TAKEN = "Another touchpoint already has this name."


@require_safe
@inside("journey", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    moment = now()
    PeriodFilter(request.GET).read()
    period = read_period(request, time_zone=door.organisation.time_zone, now=moment)
    definitions = read_definitions(request, door)
    rows = touchpoint_rows(
        organisation_id=door.organisation.pk, definitions=definitions, period=period.period
    )
    lines = lines_of(rows, Links(door, period), moment)
    context = {
        "period": period,
        "older": older_versions(request, definitions),
        "lines": lines,
        "scores_explained": scores_explained(definitions),
    }
    return page(request, door, "touchpoints/list.html", context)


@require_safe
@inside("journey", Permission.VIEW_FIGURES)
def detail(request: HttpRequest, door: Door, touchpoint_id: int) -> HttpResponse:
    moment, zone = now(), door.organisation.time_zone
    touchpoint = _touchpoint(touchpoint_id)
    PeriodFilter(request.GET).read()
    period = read_period(request, time_zone=zone, now=moment)
    definitions = read_definitions(request, door)
    found = touchpoint_page(
        organisation_id=door.organisation.pk,
        definitions=definitions,
        touchpoint=touchpoint,
        period=period.period,
        today=local_day(moment, zone),
    )
    older = older_versions(request, definitions)
    context = {"touchpoint": touchpoint, "period": period, "older": older}
    shown = page_of(found, touchpoint, Links(door, period), moment)
    return page(request, door, "touchpoints/detail.html", {**context, **shown})


@require_http_methods(["GET", "HEAD", "POST"])
@inside("journey", Permission.EDIT_PROGRAMMES)
def create(request: HttpRequest, door: Door) -> HttpResponse:
    form = TouchpointForm(posted(request), stages=stages())
    if request.method == "POST" and form.is_valid():
        try:
            touchpoint = create_touchpoint(
                organisation_id=door.organisation.pk,
                details=form.details(),
                actor=actor(request, door),
                now=now(),
            )
        except TouchpointNameTaken:
            form.add_error("name", TAKEN)
        else:
            return redirect("console:touchpoint", door.slug, touchpoint.pk)
    return _form(request, door, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("journey", Permission.EDIT_PROGRAMMES)
def edit(request: HttpRequest, door: Door, touchpoint_id: int) -> HttpResponse:
    touchpoint = _touchpoint(touchpoint_id)
    form = TouchpointForm(posted(request), stages=stages(), initial=vars(details_of(touchpoint)))
    if request.method == "POST" and form.is_valid():
        try:
            update_touchpoint(
                touchpoint=touchpoint, details=form.details(), actor=actor(request, door), now=now()
            )
        except TouchpointNameTaken:
            form.add_error("name", TAKEN)
        else:
            return redirect("console:touchpoint", door.slug, touchpoint.pk)
    return _form(request, door, form, touchpoint)


def _touchpoint(touchpoint_id: int) -> Touchpoint:
    known = Touchpoint.objects.select_related("stage__journey").prefetch_related("programmes")
    return get_object_or_404(known, pk=touchpoint_id)


def _form(
    request: HttpRequest, door: Door, form: TouchpointForm, touchpoint: Touchpoint | None
) -> HttpResponse:
    context = {"form": form, "touchpoint": touchpoint}
    status = 422 if form.errors else 200
    return page(request, door, "touchpoints/form.html", context, status=status)
