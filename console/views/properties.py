"""Tracked properties: by what figures are split, and what is fast to filter by."""

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page
from console.forms.filters import NoFilter
from console.forms.properties import PropertyForm
from kit.clock import now
from metrics.actions.tracking import AlreadySo, NoFreeSlot, ask_for_tracking
from metrics.queries.tracking import tracking


@require_safe
@inside("settings.properties", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    NoFilter(request.GET).read()
    return page(request, door, "settings/properties.html", {"tracking": tracking()})


@require_POST
@inside("settings.properties", Permission.EDIT_MEASURING)
def track(request: HttpRequest, door: Door) -> HttpResponse:
    return _change(request, door, is_wanted=True)


@require_POST
@inside("settings.properties", Permission.EDIT_MEASURING)
def give_up(request: HttpRequest, door: Door) -> HttpResponse:
    return _change(request, door, is_wanted=False)


def _change(request: HttpRequest, door: Door, *, is_wanted: bool) -> HttpResponse:
    form = PropertyForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"Property: {form.errors['key'][0]}")
        return redirect("console:properties", door.slug)
    try:
        ask_for_tracking(
            organisation_id=door.organisation.pk,
            key=form.cleaned_data["key"],
            is_wanted=is_wanted,
            actor=actor(request, door),
            now=now(),
        )
    except NoFreeSlot as full:
        messages.error(request, f"{full} Give one of them up first.")
    except AlreadySo as same:
        messages.error(request, f"{same} is {'tracked already' if is_wanted else 'not tracked'}.")
    except OperationalError:  # the wish is being fulfilled right now
        messages.error(request, "The answers are being counted. Try again when that is done.")
    return redirect("console:properties", door.slug)
