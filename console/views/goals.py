"""Goals of the cards and touchpoints, and benchmarks with what one must know to believe them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.filters import NoFilter
from console.forms.notes import BenchmarkForm, GoalForm
from console.shown.goals import benchmark_lines, card_name, lines_of
from kit.clock import now
from metrics.actions.aiming import (
    BenchmarkKnown,
    add_benchmark,
    drop_goal,
    remove_benchmark,
    set_goal,
)
from metrics.models import Benchmark, Goal
from metrics.queries.goals import benchmarks, goals
from surveys.queries.touchpoints import touchpoints

KNOWN = "This source already has a benchmark of this year here. Remove that one first."


@require_safe
@inside("settings.goals", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    NoFilter(request.GET).read()
    context = {
        "goals": lines_of(goals(), door),
        "places": [place for place in touchpoints() if place.target is not None],
        "benchmarks": benchmark_lines(benchmarks()),
    }
    return page(request, door, "settings/goals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.goals", Permission.EDIT_MEASURING)
def aim(request: HttpRequest, door: Door, card: str) -> HttpResponse:
    goal = Goal.objects.filter(card=card).first()
    initial = {} if goal is None else {"value": goal.value, "by_on": goal.by_on}
    form = GoalForm(posted(request), card=card, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_goal(
            organisation_id=door.organisation.pk,
            card=card,
            **form.cleaned_data,
            actor=actor(request, door),
            now=now(),
        )
        return redirect("console:goals", door.slug)
    context = {"form": form, "name": card_name(card)}
    status = 422 if form.errors else 200
    return page(request, door, "settings/goal_form.html", context, status=status)


@require_POST
@inside("settings.goals", Permission.EDIT_MEASURING)
def drop(request: HttpRequest, door: Door, card: str) -> HttpResponse:
    goal = get_object_or_404(Goal, card=card)
    drop_goal(goal=goal, actor=actor(request, door), now=now())
    messages.success(request, f"{card_name(card)} has no goal any more.")
    return redirect("console:goals", door.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.goals", Permission.EDIT_MEASURING)
def benchmark(request: HttpRequest, door: Door) -> HttpResponse:
    form = BenchmarkForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            add_benchmark(
                organisation_id=door.organisation.pk,
                found=form.found(),
                actor=actor(request, door),
                now=now(),
            )
        except BenchmarkKnown:
            form.add_error("source", KNOWN)
        else:
            return redirect("console:goals", door.slug)
    status = 422 if form.errors else 200
    return page(request, door, "settings/benchmark_form.html", {"form": form}, status=status)


@require_POST
@inside("settings.goals", Permission.EDIT_MEASURING)
def forget(request: HttpRequest, door: Door, benchmark_id: int) -> HttpResponse:
    row = get_object_or_404(Benchmark, pk=benchmark_id)
    remove_benchmark(benchmark=row, actor=actor(request, door), now=now())
    messages.success(request, f"{row} is held against nothing any more.")
    return redirect("console:goals", door.slug)
