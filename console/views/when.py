"""When programmes write: sending hours, reminders, and the dry run of whom one would ask."""

from copy import copy
from typing import TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organisation
from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.dry_runs import BeforeForm, HouseBeforeForm
from console.forms.filters import ChangedFilter
from console.forms.hours import HoursForm, WhenForm
from console.organisation_forms import is_saved
from console.shown.changes import Offer, after_change, after_house_change, offers
from console.shown.dry_runs import sample, sample_ids, shown
from console.shown.hours import holidays_ahead, hours_words, programme_hours
from kit.clock import now
from kit.periods import local_day
from surveys.actions.editing_hours import update_hours
from surveys.actions.foreseeing import DryRun, foresee
from surveys.models import Programme
from surveys.queries.customers import names_of
from surveys.queries.hours import hours_of
from surveys.queries.programmes import running

Row = TypeVar("Row", Organisation, Programme)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.sending", Permission.VIEW_FIGURES)
def house(request: HttpRequest, door: Door) -> HttpResponse:
    """The organisation's sending hours: a sentence for everybody, a form for who may edit."""
    may_edit = door.may(Permission.EDIT_ORGANISATION)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    ChangedFilter(request.GET).read()
    form = HoursForm(posted(request), organisation=door.organisation)
    before = {name: getattr(door.organisation, name) for name in HoursForm.base_fields}
    if is_saved(request, door, form, said="Saved. Mail that waits keeps to it as well."):
        return redirect(
            after_house_change(door.slug, "console:sending_hours", before, form.changes())
        )
    today = local_day(now(), door.organisation.time_zone)
    context = {
        "form": form,
        "may_edit": may_edit,
        "sentence": hours_words(hours_of(door.organisation)),
        "holidays": holidays_ahead(door.organisation, today),
        "offers": _offers(request, door),
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
    programme, house = _programme(programme_id), door.organisation
    own, general = BeforeForm(request.GET), HouseBeforeForm(request.GET)
    run = _run(house, _programme(programme_id))
    before = None
    if own.changed(programme) or general.changed(house):
        before = _run(_as_it_was(house, general), _as_it_was(programme, own))
    context = {
        "programme": programme,
        "shown": shown(run, before),
        "people": sample(run, names_of(sample_ids(run))),
        "changed": [*own.words(programme), *general.words(house)],
        "hours": programme_hours(house, programme),
        "first": run.first,
        "last": run.last,
    }
    return page(request, door, "programmes/dry_run.html", context)


def _run(house: Organisation, programme: Programme) -> DryRun:
    places = getattr(programme, "touchpoint_ids", None)
    return foresee(organisation=house, programme=programme, touchpoint_ids=places, now=now())


def _as_it_was(row: Row, before: BeforeForm | HouseBeforeForm) -> Row:
    """The row with its old rules, held here and stored nowhere."""
    held = copy(row)
    for name, value in before.changed(row).items():
        setattr(held, name, value)
    return held


def _offers(request: HttpRequest, door: Door) -> list[Offer]:
    """After a change of the hours: dry runs of the programmes that keep to them."""
    was = _as_it_was(door.organisation, HouseBeforeForm(request.GET))
    concerned = [
        each for each in running() if hours_of(was, each) != hours_of(door.organisation, each)
    ]
    return offers(door.slug, concerned, request.GET.dict())


def _programme(programme_id: int) -> Programme:
    known = Programme.objects.filter(archived_at__isnull=True).select_related("survey")
    return get_object_or_404(known, pk=programme_id)
