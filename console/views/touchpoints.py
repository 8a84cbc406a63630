"""Touchpoints: the list with scores, one of them in depth, and the forms."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.touchpoints import TouchpointForm
from console.forms.trends import NAMES
from console.selection import OF_ANSWERS, read_selection
from console.shown.anonymous import apart_of
from console.shown.decisions import rules_of
from console.shown.explained import MET, scores_explained
from console.shown.funnels import answered_of, over_lists, renewed, touchpoint_steps
from console.shown.links import Links
from console.shown.selection import bar_at, bar_of
from console.shown.touchpoints import lines_of, page_of
from console.shown.trends import read_trend
from kit.clock import now
from metrics.queries.effort import counted_by_rows
from reports.queries.touchpoints import touchpoint_page, touchpoint_rows
from surveys.actions.editing_touchpoints import (
    TouchpointNameTaken,
    create_touchpoint,
    details_of,
    update_touchpoint,
)
from surveys.models import Touchpoint
from surveys.queries.touchpoints import asked_or_not, rules_at, stages

TAKEN = "Another touchpoint already has this name."


@require_safe
@inside("journey", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    moment = now()
    selection = read_selection(request, door, moment)
    rows = touchpoint_rows(
        part=selection.part,
        definitions=selection.definitions,
        period=selection.period.period,
    )
    lines = lines_of(rows, Links(door, selection), moment)
    context = {
        "selection": selection,
        "older": selection.older,
        "bar": bar_of(selection),
        "lines": lines,
        "scores_explained": scores_explained(selection.definitions),
    }
    return page(request, door, "touchpoints/list.html", context)


@require_safe
@inside("journey", Permission.VIEW_FIGURES)
def detail(request: HttpRequest, door: Door, touchpoint_id: int) -> HttpResponse:
    moment = now()
    touchpoint = _touchpoint(touchpoint_id)
    selection = read_selection(request, door, moment, without={"touchpoint"}, also=NAMES)
    trend = read_trend(request, selection.period.period)
    found = touchpoint_page(
        part=selection.part,
        definitions=selection.definitions,
        touchpoint=touchpoint,
        period=selection.period.period,
        today=selection.today,
        against=selection.against,
        step=trend.step,
    )
    context = {
        "touchpoint": touchpoint,
        "trend": trend,
        "selection": selection,
        "older": selection.older,
        "bar": bar_at(selection, touchpoint),
        "apart": apart_of(selection),
    }
    shown = page_of(found, touchpoint, Links(door, selection), moment)
    return page(request, door, "touchpoints/detail.html", {**context, **shown})


@require_safe
@inside("journey", Permission.VIEW_FIGURES)
def asked(request: HttpRequest, door: Door, touchpoint_id: int) -> HttpResponse:
    """Follow every interaction to its answer; its rows are counted, so it has a page of its own."""
    touchpoint = _touchpoint(touchpoint_id)
    selection = read_selection(request, door, now(), without={"touchpoint"}, idle=OF_ANSWERS)
    segments, period = selection.segments, selection.period.period
    here: Any = {"touchpoint_id": touchpoint.pk, "programme_id": selection.programme_id}
    over_by = renewed(selection.today, door.organisation.time_zone)
    followed: Any = {**here, "segments": segments, "over_by": over_by}
    with counted_by_rows(segments):
        counts = asked_or_not(**followed, period=period)
        before = asked_or_not(**followed, period=selection.before)
    listed_at = reverse("console:touchpoint_people", args=[door.slug, touchpoint.pk])
    lists = over_lists(selection, door, listed_at, narrowed="step=over")
    context = {
        "touchpoint": touchpoint,
        "selection": selection,
        "bar": bar_at(selection, touchpoint),
        "steps": touchpoint_steps(counts, before, is_part=bool(segments)),
        "answered": answered_of(counts, before, lists),
        "rules": rules_of(rules_at(**here, period=period)),
        "explained": MET,
    }
    return page(request, door, "touchpoints/asked.html", context)


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
