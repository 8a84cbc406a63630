"""Waves of a programme: whom to ask now, what the rules would say, and how far each has come."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.waves import MOST_CARRIED, StartListForm, WaveForm
from console.lists import stored
from console.shown.waves import checked_list
from kit.clock import now
from kit.spreadsheets import Unreadable, read_rows
from surveys.actions.listing import bring_list, match_list
from surveys.actions.trying import try_list
from surveys.actions.waves import start_wave, stop_wave
from surveys.models import Programme, Wave
from surveys.queries.customers import count_customers
from surveys.queries.waves import waves
from surveys.rules.listing import read_list

# The rules are tried on so many of a list; the page says so.
TRIED = 1000
TOO_MANY_NEW = (
    "Too many of these are new to be added at once. Bring them in under Settings > Imports first,"
    " or ask a part of the list."
)
BY_HAND = (Wave.Kind.EVERYBODY, Wave.Kind.LISTED)


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = _programme(programme_id)
    return _page(request, door, programme, WaveForm(posted(request)))


@require_http_methods(["POST"])
@inside("programmes", Permission.EDIT_PROGRAMMES)
def check(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    """Read the list and show who is meant and what the rules would say; store nothing."""
    programme = _programme(programme_id)
    form = WaveForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, door, programme, form)
    said = form.cleaned_data
    if said["whom"] == "everybody":
        context = {"programme": programme, "everybody": count_customers()}
        return page(request, door, "programmes/wave_check.html", context)
    try:
        with stored(said["file"], said["lines"]) as path:
            found = read_list(read_rows(path))
    except Unreadable as error:
        form.add_error("file" if said["file"] else "lines", str(error))
        return _page(request, door, programme, form)
    matched, adds = match_list(list(found.people.values())), said["adds_unknown"]
    known = matched.customer_ids[:TRIED]
    verdicts = try_list(
        programme=programme,
        customer_ids=known,
        new=matched.unknown[: TRIED - len(known)] if adds else [],
        actor=actor(request, door),
        now=now(),
    )
    checked = checked_list(found, matched, verdicts, adds=adds)
    if checked.weight > MOST_CARRIED:
        form.add_error("file" if said["file"] else "lines", TOO_MANY_NEW)
        return _page(request, door, programme, form)
    context = {"programme": programme, "list": checked}
    return page(request, door, "programmes/wave_check.html", context)


@require_POST
@inside("programmes", Permission.EDIT_PROGRAMMES)
def start(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = _programme(programme_id)
    form = StartListForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nobody was asked: start again from the list.")
        return redirect("console:waves", door.slug, programme.pk)
    said, by, moment = form.cleaned_data, actor(request, door), now()
    customer_ids = None
    if said["whom"] == "listed":
        brought = bring_list(
            organisation_id=door.organisation.pk, people=said["new"], actor=by, now=moment
        )
        customer_ids = [*said["ids"], *brought.customer_ids]
    wave = start_wave(programme=programme, customer_ids=customer_ids, actor=by, now=moment)
    people = f"{wave.customers:,} {'person' if wave.customers == 1 else 'people'}"
    messages.success(request, f"Started: the rules decide of {people} now.")
    return redirect("console:waves", door.slug, programme.pk)


@require_POST
@inside("programmes", Permission.EDIT_PROGRAMMES)
def stop(request: HttpRequest, door: Door, programme_id: int, wave_id: int) -> HttpResponse:
    wave = get_object_or_404(Wave, pk=wave_id, programme=_programme(programme_id))
    if stop_wave(wave=wave, actor=actor(request, door), now=now()):
        messages.success(request, "Stopped: nobody else is asked; what was decided stays.")
    return redirect("console:waves", door.slug, programme_id)


def _programme(programme_id: int) -> Programme:
    known = Programme.objects.filter(archived_at__isnull=True).select_related("survey")
    return get_object_or_404(known, pk=programme_id)


def _page(request: HttpRequest, door: Door, programme: Programme, form: WaveForm) -> HttpResponse:
    context = {
        "programme": programme,
        "form": form,
        "waves": waves(programme_id=programme.pk, kinds=BY_HAND),
        "slots": waves(programme_id=programme.pk, kinds=(Wave.Kind.DUE,)),
    }
    status = 422 if form.errors else 200
    return page(request, door, "programmes/waves.html", context, status=status)
