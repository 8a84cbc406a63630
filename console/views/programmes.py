"""Programmes: whom they ask and when, how far their questions came, and every decision."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.filters import DecisionFilter, NoFilter, ProgrammeFilter
from console.forms.programmes import NewProgrammeForm, ProgrammeForm
from console.periods import read_period
from console.shown.cards import FUNNEL
from console.shown.changes import after_change
from console.shown.decisions import RULES, rows_of, rules_of
from console.shown.funnels import programme_steps
from console.shown.hours import programme_hours
from console.shown.selection import menu_of
from kit.clock import now
from surveys.actions.editing_programmes import (
    ProgrammeNameTaken,
    create_programme,
    details_of,
    switch_programme,
    update_programme,
)
from surveys.models import Programme
from surveys.queries.programmes import decisions, funnel, programmes, rule_counts
from surveys.queries.touchpoints import touchpoints
from surveys.rules.conditions import conditions_of

TAKEN = "Another programme or survey already has this name."


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    NoFilter(request.GET).read()
    return page(request, door, "programmes/list.html", {"programmes": programmes()})


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def detail(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = _programme(programme_id)
    places = _places(programme)
    asked = ProgrammeFilter(request.GET, touchpoints=places).read()
    within = _within(request, door, programme, asked["touchpoint"])
    context = {
        "programme": programme,
        "conditions": conditions_of(programme.conditions),
        "hours": programme_hours(door.organisation, programme),
        **_narrowing(request, door, places, asked["touchpoint"]),
        "funnel": programme_steps(funnel(**within)),
        "funnel_explained": FUNNEL,
        "rules": rules_of(rule_counts(**within)),
    }
    return page(request, door, "programmes/detail.html", context)


@require_safe
@inside("programmes", Permission.VIEW_CUSTOMERS)
def decided(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = _programme(programme_id)
    places = _places(programme)
    form = DecisionFilter(request.GET, rules=RULES, touchpoints=places)
    asked = form.read()
    within = _within(request, door, programme, asked["touchpoint"])
    found = decisions(**within, rule=asked["rule"], after=asked["after"] or None)
    context = {
        "programme": programme,
        "form": form,
        **_narrowing(request, door, places, asked["touchpoint"]),
        "found": found,
        "rows": rows_of(found.rows),
    }
    return page(request, door, "programmes/decisions.html", context)


def _places(programme: Programme) -> list[tuple[int, str]]:
    return list(programme.touchpoints.order_by("name").values_list("id", "name"))


def _within(
    request: HttpRequest, door: Door, programme: Programme, touchpoint_id: int | None
) -> dict[str, Any]:
    zone = door.organisation.time_zone
    period = read_period(request, time_zone=zone, now=now()).period
    place = {"touchpoint_id": touchpoint_id}
    return {"programme_id": programme.pk, "period": period, "zone_name": zone, **place}


def _narrowing(
    request: HttpRequest, door: Door, places: Sequence[tuple[int, str]], chosen: int | None
) -> dict[str, Any]:
    """The period's picker, the menu of touchpoints, and both as links between the pages keep."""
    period = read_period(request, time_zone=door.organisation.time_zone, now=now())
    pairs = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if value and name != "after"
    ]
    named = [(str(pk), name) for pk, name in places]
    place = [("touchpoint", str(chosen))] if chosen else []
    return {
        "period": period,
        "places": menu_of(pairs, "touchpoint", named, chosen) if len(places) > 1 else None,
        "touchpoint_id": chosen,
        "narrowed": urlencode([*parse_qsl(period.query), *place]),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@inside("programmes", Permission.EDIT_PROGRAMMES)
def create(request: HttpRequest, door: Door) -> HttpResponse:
    form = NewProgrammeForm(posted(request), touchpoints=touchpoints())
    if request.method == "POST" and form.is_valid():
        try:
            programme = create_programme(
                organisation_id=door.organisation.pk,
                kind=form.cleaned_data["kind"],
                metric=form.cleaned_data["metric"],
                details=form.details(),
                actor=actor(request, door),
                now=now(),
            )
        except ProgrammeNameTaken:
            form.add_error("name", TAKEN)
        else:
            return redirect("console:programme", door.slug, programme.pk)
    return _form(request, door, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("programmes", Permission.EDIT_PROGRAMMES)
def edit(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = _programme(programme_id)
    before = vars(details_of(programme))
    form = ProgrammeForm(
        posted(request), kind=programme.kind, touchpoints=touchpoints(), initial=before
    )
    if request.method == "POST" and form.is_valid():
        try:
            update_programme(
                programme=programme, details=form.details(), actor=actor(request, door), now=now()
            )
        except ProgrammeNameTaken:
            form.add_error("name", TAKEN)
        else:
            after = vars(details_of(programme))
            return redirect(after_change(door.slug, programme, before, after))
    return _form(request, door, form, programme)


@require_POST
@inside("programmes", Permission.EDIT_PROGRAMMES)
def switch(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = _programme(programme_id)
    is_on = request.POST.get("is_on") == "yes"
    switch_programme(programme=programme, is_on=is_on, actor=actor(request, door), now=now())
    state = "on: it asks from now on" if is_on else "off: nobody is asked from now on"
    messages.success(request, f"{programme.name} is {state}.")
    return redirect("console:programme", door.slug, programme.pk)


def _programme(programme_id: int) -> Programme:
    known = Programme.objects.filter(archived_at__isnull=True).select_related("survey")
    return get_object_or_404(known, pk=programme_id)


def _form(
    request: HttpRequest, door: Door, form: ProgrammeForm, programme: Programme | None
) -> HttpResponse:
    context = {"form": form, "programme": programme}
    return page(request, door, "programmes/form.html", context, status=422 if form.errors else 200)
