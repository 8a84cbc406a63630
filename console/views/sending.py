"""Settings, sending: how often people may be asked, and pauses."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.editing_organisations import update_organisation
from accounts.actions.pausing_sending import pause_sending
from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page
from console.forms.dry_runs import HouseBeforeForm
from console.forms.filters import TRIED, ChangedFilter
from console.forms.sending import LimitsForm, PauseForm
from console.shown.changes import Offer, after_house_change, after_pause, offers
from console.shown.deliveries import brakes_of
from console.shown.hours import hours_words
from console.shown.own_rules import own_rules
from console.shown.sending import kept_of, pause_lines
from kit.clock import now
from surveys.actions.pausing import begin_pause, end_pause
from surveys.models import Programme, SendingPause
from surveys.queries.deliveries import open_brakes
from surveys.queries.hours import hours_of
from surveys.queries.pauses import newest_pauses, property_choices, relational_asks
from surveys.queries.programmes import programmes, running
from surveys.rules.limits import kept_free_days

SHOWN = 30


@require_safe
@inside("settings.sending", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door) -> HttpResponse:
    ChangedFilter(request.GET).read()
    return _page(request, door)


@require_POST
@inside("settings.sending", Permission.EDIT_ORGANISATION)
def limit(request: HttpRequest, door: Door) -> HttpResponse:
    form = LimitsForm(request.POST)
    if not form.is_valid():
        return _page(request, door, limits=form)
    before = {name: getattr(door.organisation, name) for name in form.cleaned_data}
    update_organisation(
        organisation=door.organisation,
        changes=dict(form.cleaned_data),
        actor=actor(request, door),
        now=now(),
    )
    messages.success(request, "Saved. Whoever is decided about from now on is measured by this.")
    return redirect(after_house_change(door.slug, "console:sending", before, form.cleaned_data))


@require_POST
@inside("settings.sending", Permission.EDIT_ORGANISATION)
def switch(request: HttpRequest, door: Door) -> HttpResponse:
    is_paused = request.POST.get("paused") == "yes"
    pause_sending(
        organisation=door.organisation, is_paused=is_paused, actor=actor(request, door), now=now()
    )
    stopped, going = "Nothing is sent until you resume it.", "Sending goes on: what waited leaves."
    messages.success(request, stopped if is_paused else going)
    return redirect("console:sending", door.slug)


@require_POST
@inside("settings.sending", Permission.EDIT_ORGANISATION)
def pause(request: HttpRequest, door: Door) -> HttpResponse:
    form = PauseForm(request.POST, properties=property_choices())
    if not form.is_valid():
        return _page(request, door, incident=form)
    moment = now()
    begun = begin_pause(
        organisation_id=door.organisation.pk,
        fields=form.fields_from(moment),
        actor=actor(request, door),
        now=moment,
    )
    messages.success(request, f"Pause written down: {begun.reason}.")
    return redirect(after_pause(door.slug))


@require_POST
@inside("settings.sending", Permission.EDIT_ORGANISATION)
def end(request: HttpRequest, door: Door, pause_id: int) -> HttpResponse:
    held = get_object_or_404(SendingPause, pk=pause_id)
    if end_pause(pause=held, actor=actor(request, door), now=now()):
        messages.success(request, f"Pause ended: {held.reason}. What waited leaves.")
    return redirect(after_pause(door.slug))


def _page(
    request: HttpRequest,
    door: Door,
    *,
    limits: LimitsForm | None = None,
    incident: PauseForm | None = None,
) -> HttpResponse:
    stored = {name: getattr(door.organisation, name) for name in LimitsForm.base_fields}
    known = programmes()
    context: dict[str, Any] = {
        "limits": limits or LimitsForm(initial=stored),
        "incident": incident or PauseForm(properties=property_choices()),
        "kept": kept_of(relational_asks(), door.organisation.asks_per_year),
        "kept_free_days": kept_free_days(door.organisation.ask_again_after_days),
        "pauses": pause_lines(newest_pauses(SHOWN, now()), now()),
        "own_rules": own_rules(known),
        "brakes": brakes_of(open_brakes(), seen_from=known[0].pk) if known else (),
        "hours": hours_words(hours_of(door.organisation)),
        "offers": _offers(request, door),
        "may_edit": door.may(Permission.EDIT_ORGANISATION),
    }
    status = 422 if limits or incident else 200
    return page(request, door, "settings/sending.html", context, status=status)


def _offers(request: HttpRequest, door: Door) -> list[Offer]:
    """After a change of what holds for all: dry runs of all that ask now."""
    is_pause = TRIED in request.GET
    if not is_pause and not HouseBeforeForm(request.GET).changed(door.organisation):
        return []
    # A pause moves nothing that lies behind, and contacts are judged looking back.
    ahead = Programme.Kind.RELATIONAL
    concerned = [each for each in running() if not is_pause or each.kind == ahead]
    return offers(door.slug, concerned, request.GET.dict())
