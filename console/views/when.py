"""When programmes write: sending hours, reminders, and the dry run of whom one would ask."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.editing_organisations import update_organisation
from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.dry_runs import BeforeForm
from console.forms.hours import HoursForm, WhenForm
from console.shown.changes import after_change
from console.shown.dry_runs import sample, sample_ids, shown
from console.shown.hours import holidays_ahead, hours_words, programme_hours
from kit.clock import now
from kit.periods import local_day
from surveys.actions.editing_hours import update_hours
from surveys.actions.foreseeing import DryRun, foresee
from surveys.models import Programme
from surveys.queries.customers import names_of
from surveys.queries.hours import hours_of


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.sending", Permission.VIEW_FIGURES)
def house(request: HttpRequest, door: Door) -> HttpResponse:
    """The organisation's sending hours: a sentence for everybody, a form for who may edit."""
    may_edit = door.may(Permission.EDIT_ORGANISATION)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    form = HoursForm(posted(request), organisation=door.organisation)
    if request.method == "POST" and form.is_valid():
        update_organisation(
            organisation=door.organisation,
            changes=form.changes(),
            actor=actor(request, door),
            now=now(),
        )
        messages.success(request, "Saved. Mail that waits keeps to it as well.")
        return redirect("console:sending_hours", door.slug)
    today = local_day(now(), door.organisation.time_zone)
    context = {
        "form": form,
        "may_edit": may_edit,
        "sentence": hours_words(hours_of(door.organisation)),
        "holidays": holidays_ahead(door.organisation, today),
    }
    return page(request, door, "settings/hours.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("programmes", Permission.EDIT_PROGRAMMES)
def edit(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = _programme(programme_id)
    form = WhenForm(posted(request), programme=programme)
    if request.method == "POST" and form.is_valid():
        changes = form.changes()
        before = update_hours(
            programme=programme, changes=changes, actor=actor(request, door), now=now()
        )
        messages.success(request, "Saved.")
        return redirect(after_change(door.slug, programme, before, changes))
    context = {
        "programme": programme,
        "form": form,
        "house": hours_words(hours_of(door.organisation)),
    }
    return page(request, door, "programmes/when.html", context, status=422 if form.errors else 200)


@require_safe
@inside("programmes", Permission.VIEW_CUSTOMERS)
def dry_run(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    """Whom it would ask under its rules; beside it, where rules were changed, under the old."""
    programme = _programme(programme_id)
    run = _run(door, programme, {})
    old = BeforeForm(request.GET)
    changed = old.changed(programme) if old.is_valid() else {}
    before = _run(door, programme, changed) if changed else None
    context = {
        "programme": _programme(programme_id),
        "shown": shown(run, before),
        "people": sample(run, names_of(sample_ids(run))),
        "changed": old.words(programme) if changed else [],
        "hours": programme_hours(door.organisation, programme),
        "first": run.first,
        "last": run.last,
    }
    return page(request, door, "programmes/dry_run.html", context)


def _run(door: Door, programme: Programme, rules: dict[str, Any]) -> DryRun:
    held = _programme(programme.pk)
    for name, value in rules.items():
        setattr(held, name, value)
    return foresee(organisation=door.organisation, programme=held, now=now())


def _programme(programme_id: int) -> Programme:
    known = Programme.objects.filter(archived_at__isnull=True).select_related("survey")
    return get_object_or_404(known, pk=programme_id)
