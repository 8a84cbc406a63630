"""Waves of a programme: whom to ask now, what the rules would say, and how far each has come."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.waves import StartForm, WaveForm
from console.lists import stored
from console.shown.waves import checked_list
from kit.clock import now
from kit.spreadsheets import Unreadable, read_rows
from surveys.actions.listing import Matched, bring_list, match_list
from surveys.actions.trying import try_wave
from surveys.actions.waves import start_wave, stop_wave
from surveys.models import Programme, Wave
from surveys.queries.customers import count_customers
from surveys.queries.waves import waves
from surveys.rules.listing import Listing, read_list

# The rules are tried on so many of a list; the page says so.
TRIED = 1000
BY_HAND = (Wave.Kind.EVERYBODY, Wave.Kind.LISTED)


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = _programme(programme_id)
    return _page(request, door, programme, WaveForm(posted(request)))


@require_http_methods(["POST"])
@inside("programmes", Permission.EDIT_PROGRAMMES)
def check(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    """Read the list and show who is meant and what the rules would say; ask nobody."""
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
    matched = _matched(request, door, found, adds=said["adds_unknown"])
    verdicts = try_wave(programme=programme, customer_ids=matched.customer_ids[:TRIED], now=now())
    context = {"programme": programme, "list": checked_list(found, matched, verdicts)}
    return page(request, door, "programmes/wave_check.html", context)


@require_POST
@inside("programmes", Permission.EDIT_PROGRAMMES)
def start(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = _programme(programme_id)
    form = StartForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nobody was asked: start again from the list.")
        return redirect("console:waves", door.slug, programme.pk)
    is_list = form.cleaned_data["whom"] == "listed"
    wave = start_wave(
        programme=programme,
        customer_ids=form.cleaned_data["ids"] if is_list else None,
        actor=actor(request, door),
        now=now(),
    )
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


def _matched(request: HttpRequest, door: Door, found: Listing, *, adds: bool) -> Matched:
    people = list(found.people.values())
    if not adds:
        return match_list(people)
    return bring_list(
        organisation_id=door.organisation.pk, people=people, actor=actor(request, door), now=now()
    )
