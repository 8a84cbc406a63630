"""Programmes: whom they ask and when, how far their questions came, and every decision."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.asked import DecisionFilter
from console.forms.programmes import NewProgrammeForm, ProgrammeForm
from console.selection import OF_ANSWERS, Selection, read_selection
from console.shown.changes import after_change
from console.shown.decisions import (
    RULES,
    VERDICTS,
    RuleRow,
    rows_of,
    rules_of,
    verdicts_of,
)
from console.shown.deliveries import brakes_of
from console.shown.explained import FUNNEL
from console.shown.funnels import answered_of, over_lists, programme_steps, renewed
from console.shown.hours import programme_hours
from console.shown.own_rules import when_it_asks
from console.shown.programmes import programme_bar, programme_lines
from console.shown.rates import RATE
from console.shown.selection import bar_of
from kit.clock import now
from metrics.queries.effort import counted_by_rows
from metrics.queries.rates import rates_by_programme
from surveys.actions.editing_programmes import (
    ProgrammeNameTaken,
    create_programme,
    details_of,
    switch_programme,
    update_programme,
)
from surveys.models import Programme, Wave
from surveys.queries.deliveries import open_brakes
from surveys.queries.pauses import property_choices
from surveys.queries.programmes import Which, decisions, funnel, programmes, rule_counts
from surveys.queries.public_links import open_links
from surveys.queries.touchpoints import touchpoints
from surveys.rules.conditions import conditions_of

TAKEN = "Another programme or survey already has this name."


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    selection = read_selection(request, door, now(), idle=OF_ANSWERS | {"against"})
    known = [one for one in programmes() if selection.programme_id in (None, one.pk)]
    rates = rates_by_programme(
        selection.part, selection.period.period, known, today=selection.today
    )
    context = {
        "selection": selection,
        "bar": bar_of(selection),
        "query": selection.query_without("programme"),
        "lines": programme_lines(known, rates),
        "brakes": brakes_of(open_brakes(), seen_from=known[0].pk) if known else (),
        "rate_explained": RATE,
    }
    return page(request, door, "programmes/list.html", context)


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def detail(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    moment, programme = now(), known_programme(programme_id)
    selection = read_selection(request, door, moment, without={"programme"}, idle=OF_ANSWERS)
    within = _within(selection, door, programme)
    about: Any = {
        **within,
        "segments": selection.segments,
        "over_by": renewed(selection.today, door.organisation.time_zone),
    }
    with counted_by_rows(about["segments"]):
        counts, before = funnel(**about), funnel(**{**about, "period": selection.before})
    listed_at = reverse("console:decisions", args=[door.slug, programme.pk])
    lists = over_lists(selection, door, listed_at, narrowed="came=over")
    context = {
        **_narrowing(selection, programme),
        "when": when_it_asks(programme),
        "conditions": conditions_of(programme.conditions),
        "hours": programme_hours(door.organisation, programme),
        "open_links": open_links(programme_id=programme.pk, now=moment),
        # Who answered an anonymous one is told nowhere, and only its own page counts answers.
        "funnel": programme_steps(counts, before, is_anonymous=programme.is_anonymous),
        "answered": None if programme.is_anonymous else answered_of(counts, before, lists),
        "funnel_explained": FUNNEL,
        "rules": rules_of(rule_counts(**within)),
    }
    return page(request, door, "programmes/detail.html", context)


@require_safe
@inside("programmes", Permission.VIEW_CUSTOMERS)
def decided(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme, form = known_programme(programme_id), DecisionFilter(request.GET, rules=RULES)
    asked = form.read()
    # What a customer was is kept with the question: who was not asked belongs to no segment.
    idle = OF_ANSWERS | {"against"} | (set() if asked["came"] or asked["by"] else {"segment"})
    also = DecisionFilter.base_fields
    selection = read_selection(request, door, now(), without={"programme"}, idle=idle, also=also)
    within = _within(selection, door, programme)
    wave = get_object_or_404(programme.waves, pk=asked["wave"]) if asked["wave"] else None
    over_by = renewed(selection.today, door.organisation.time_zone)
    which = _which(asked, selection, wave, over_by)
    counts = rule_counts(**within, which=which)
    found = decisions(**within, which=which, after=asked["after"] or None)
    context = {
        "form": form,
        "is_by_leaving": which.by_leaving,
        "wave": wave,
        "wave_query": urlencode(_kept(request, "wave")),
        **_narrowing(selection, programme),
        "verdicts": verdicts_of(counts, asked["verdict"], _kept(request, "verdict", "rule")),
        "rules": [each for each in rules_of(counts) if _fits(each, asked)],
        "found": found,
        "rows": rows_of(found.rows),
    }
    return page(request, door, "programmes/decisions.html", context)


def _which(
    asked: Mapping[str, Any], selection: Selection, wave: Wave | None, over_by: datetime
) -> Which:
    return Which(
        words=asked["customer"],
        is_asked=VERDICTS[asked["verdict"]],
        rule=asked["rule"],
        came=asked["came"],
        by_leaving=asked["by"] == "left",
        over_by=over_by,
        segments=selection.segments,
        occasion=wave.occasion if wave else "",
    )


def _kept(request: HttpRequest, *but: str) -> list[tuple[str, str]]:
    """What the address says besides these names, and never from where on."""
    pairs = [(name, value) for name, values in request.GET.lists() for value in values]
    return [(name, value) for name, value in pairs if value and name not in {*but, "after"}]


def _fits(row: RuleRow, asked: Mapping[str, Any]) -> bool:
    return row.rule == asked["rule"] or VERDICTS[asked["verdict"]] in (None, row.is_asked)


def _within(selection: Selection, door: Door, programme: Programme) -> dict[str, Any]:
    return {
        "programme_id": programme.pk,
        "period": selection.period.period,
        "zone_name": door.organisation.time_zone,
        "touchpoint_id": selection.touchpoint_id,
    }


def _narrowing(selection: Selection, programme: Programme) -> dict[str, Any]:
    """The programme with the bar above its pages: it offers the places where it asks."""
    bar = programme_bar(selection, programme)
    return {"programme": programme, "selection": selection, "bar": bar}


@require_http_methods(["GET", "HEAD", "POST"])
@inside("programmes", Permission.EDIT_PROGRAMMES)
def create(request: HttpRequest, door: Door) -> HttpResponse:
    form = NewProgrammeForm(
        posted(request), touchpoints=touchpoints(), properties=property_choices()
    )
    if request.method == "POST" and form.is_valid():
        try:
            programme = create_programme(
                organisation_id=door.organisation.pk,
                kind=form.cleaned_data["kind"],
                metric=form.cleaned_data["metric"],
                details=form.details(),
                is_anonymous=form.cleaned_data["is_anonymous"],
                kept_property=form.cleaned_data["kept_property"],
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
    programme = known_programme(programme_id)
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
    programme = known_programme(programme_id)
    is_on = request.POST.get("is_on") == "yes"
    switch_programme(programme=programme, is_on=is_on, actor=actor(request, door), now=now())
    state = "on: it asks from now on" if is_on else "off: nobody is asked from now on"
    messages.success(request, f"{programme.name} is {state}.")
    return redirect("console:programme", door.slug, programme.pk)


def known_programme(programme_id: int) -> Programme:
    """The programme of the address; raises Http404."""
    known = Programme.objects.filter(archived_at__isnull=True).select_related("survey")
    return get_object_or_404(known, pk=programme_id)


def _form(
    request: HttpRequest, door: Door, form: ProgrammeForm, programme: Programme | None
) -> HttpResponse:
    context = {"form": form, "programme": programme}
    return page(request, door, "programmes/form.html", context, status=422 if form.errors else 200)
