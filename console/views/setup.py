"""From an empty organisation to its first sent survey, in steps that can be left and gone on."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.branding import update_brand
from accounts.models import SenderCheck
from accounts.rules.logos import logo_of
from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.setup import AskerForm, LookForm, PeopleForm, StarterForm
from console.lists import stored
from console.organisation_forms import form_of, is_saved
from console.shown.sender import checks_of, sender_line
from console.shown.setup import done_of, frames_of, next_of, steps_of
from kit.clock import now
from kit.periods import local_day
from kit.spreadsheets import Unreadable, read_rows
from surveys.actions.beginning import begin_with
from surveys.actions.listing import bring_list
from surveys.queries.beginnings import Beginning, beginning
from surveys.queries.touchpoints import example_slug
from surveys.rules.bases import Basis, LegalBasis
from surveys.rules.listing import read_list
from surveys.rules.starters import STARTERS

MAY = Permission.SET_UP


@require_safe
@inside("setup", MAY)
def resume(request: HttpRequest, door: Door) -> HttpResponse:
    """Lead to the first step that is left."""
    return _on(door, next_of(done_of(door.organisation, beginning())))


@require_http_methods(["GET", "HEAD", "POST"])
@inside("setup", MAY)
def look(request: HttpRequest, door: Door) -> HttpResponse:
    house = door.organisation
    form = LookForm(initial={"accent": house.accent})
    if request.method == "POST":
        form = LookForm(request.POST, request.FILES, initial={"accent": house.accent})
        if form.is_valid():
            update_brand(
                organisation=house, changes=form.changes(), actor=actor(request, door), now=now()
            )
            return _on(door, "asker")
    return _step(request, door, "look", form, logo=logo_of(house.logo))


@require_http_methods(["GET", "HEAD", "POST"])
@inside("setup", MAY)
def asker(request: HttpRequest, door: Door) -> HttpResponse:
    form = form_of(request, door, AskerForm)
    if is_saved(request, door, form, said="Saved. Send yourself a test, or go on."):
        return _on(door, "asker")
    checks = checks_of(SenderCheck.objects.all(), now=now())
    line = sender_line(door.organisation, settings.DEFAULT_FROM_EMAIL)
    return _step(request, door, "asker", form, checks=checks, line=line, back="setup")


@require_http_methods(["GET", "HEAD", "POST"])
@inside("setup", MAY)
def question(request: HttpRequest, door: Door) -> HttpResponse:
    form = StarterForm(posted(request))
    if request.method == "POST" and form.is_valid():
        begin_with(
            organisation_id=door.organisation.pk,
            starter=STARTERS[form.cleaned_data["starter"]],
            actor=actor(request, door),
            now=now(),
        )
        return _on(door, "people")
    return _step(request, door, "question", form, starters=STARTERS)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("setup", MAY)
def people(request: HttpRequest, door: Door) -> HttpResponse:
    found = beginning()
    if found.programme is None:
        return _on(door, "question")
    form = PeopleForm(posted(request))
    if request.method == "POST" and form.is_valid() and _are_brought(request, door, form):
        return _on(door, "send")
    more: dict[str, Any] = {
        "frames": frames_of(door.organisation, found.programme, now=now()),
        "base": settings.BASE_URL,
        "touchpoint": example_slug(),
        "moment": now().isoformat(timespec="seconds"),
        "found": found,
    }
    return _step(request, door, "people", form, **more)


def _are_brought(request: HttpRequest, door: Door, form: PeopleForm) -> bool:
    """Add those on the list with the reason why they may be asked, or say what is wrong with it."""
    said = form.cleaned_data
    field = "file" if said["file"] else "lines"
    try:
        with stored(said["file"], said["lines"]) as path:
            listing = read_list(read_rows(path))
    except Unreadable as error:
        form.add_error(field, str(error))
        return False
    for line, why in listing.faults[:5]:
        form.add_error(field, f"Line {line}: {why}.")
    if not listing.people and not listing.faults:
        form.add_error(field, "Nobody stands on this list.")
    if form.errors:
        return False
    bring_list(
        organisation_id=door.organisation.pk,
        people=list(listing.people.values()),
        basis=_basis(door, said),
        actor=actor(request, door),
        now=now(),
    )
    if listing.twice:
        messages.success(request, f"{listing.twice} of the lines named somebody again.")
    return True


def _basis(door: Door, said: dict[str, Any]) -> LegalBasis:
    today = local_day(now(), door.organisation.time_zone)
    source = said["source"] or f"Said when the list was brought in, by {door.user.email}"[:200]
    return LegalBasis(basis=Basis(said["basis"]), on=today, source=source)


def _on(door: Door, step: str) -> HttpResponse:
    return redirect(f"console:setup_{step}", door.slug)


def _step(
    request: HttpRequest, door: Door, here: str, form: Any = None, **more: Any
) -> HttpResponse:
    found: Beginning = more.pop("found", None) or beginning()
    done = done_of(door.organisation, found)
    context = {
        "form": form,
        "steps": steps_of(door.slug, done, here),
        "done": done,
        "found": found,
        **more,
    }
    status = 422 if form is not None and form.errors else 200
    return page(request, door, f"setup/{here}.html", context, status=status)
