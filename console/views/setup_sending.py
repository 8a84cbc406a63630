"""The last steps of the set-up: what would happen, to oneself first, then to all; and after."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page
from console.forms.waves import StartForm
from console.shown.hours import programme_hours
from console.shown.setup import ENOUGH, PLENTY, done_of, plan_of, steps_of
from kit.clock import now
from surveys.actions.editing_programmes import switch_programme
from surveys.actions.trialing import send_trial
from surveys.actions.trying import try_wave
from surveys.actions.waves import start_wave
from surveys.models import Programme
from surveys.queries.beginnings import beginning, present_ids

MAY = Permission.SET_UP
# So many are tried and asked from here; longer lists have a page of their own.
MOST = 1000
# The page looks for itself what has left for so long after Send.
WATCHED = timedelta(minutes=10)


@require_safe
@inside("setup", MAY)
def show(request: HttpRequest, door: Door) -> HttpResponse:
    """Say who would be asked and who not, and why; nobody has been."""
    found, moment = beginning(), now()
    programme = found.programme
    if programme is None or found.is_sent or not found.customers:
        return redirect("console:setup" if not found.is_sent else "console:setup_sent", door.slug)
    ids = present_ids(MOST)
    plan = plan_of(
        door.organisation,
        programme,
        ids,
        try_wave(programme=_as_if_on(programme), customer_ids=ids, now=moment),
        known=found.customers,
        now=moment,
    )
    context = {
        "plan": plan,
        "programme": programme,
        "hours": programme_hours(door.organisation, programme),
        "steps": steps_of(door.slug, done_of(door.organisation, found), "send"),
        "is_tried": programme.survey_id in request.session.get("tried", []),
    }
    return page(request, door, "setup/send.html", context)


@require_POST
@inside("setup", MAY)
def to_me(request: HttpRequest, door: Door) -> HttpResponse:
    """The very mail to whoever sets up, in no figure and outside all hours."""
    programme = beginning().programme
    if programme is not None:
        by = actor(request, door)
        address, language = door.user.email, door.organisation.language
        send_trial(programme=programme, address=address, language=language, actor=by, now=now())
        request.session["tried"] = [*request.session.get("tried", []), programme.survey_id][-20:]
        messages.success(request, f"On its way to {address}. Your answer to it is in no figure.")
    return redirect("console:setup_send", door.slug)


@require_POST
@inside("setup", MAY)
def to_all(request: HttpRequest, door: Door) -> HttpResponse:
    """Ask those who were shown; pressed twice it asks once."""
    found, form = beginning(), StartForm(request.POST)
    programme = found.programme
    if programme is None or not form.is_valid() or not form.cleaned_data["ids"]:
        messages.error(request, "Nobody was asked: look at the list once more.")
        return redirect("console:setup", door.slug)
    held = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if not beginning().is_sent:
        by, moment = actor(request, door), now()
        switch_programme(programme=held, is_on=True, actor=by, now=moment)
        start_wave(programme=held, customer_ids=form.cleaned_data["ids"], actor=by, now=moment)
    return redirect("console:setup_sent", door.slug)


@require_safe
@inside("setup", MAY)
def sent(request: HttpRequest, door: Door) -> HttpResponse:
    """How many have left and who has answered, as it comes."""
    found, moment = beginning(), now()
    if not found.is_sent:
        return redirect("console:setup", door.slug)
    is_fresh = found.waved_at is not None and moment - found.waved_at < WATCHED
    context = {
        "found": found,
        "waiting": found.asked - found.handed_over,
        "hours": programme_hours(door.organisation, found.programme) if found.programme else "",
        "steps": steps_of(door.slug, done_of(door.organisation, found), "sent"),
        "is_moving": is_fresh,
        "enough": ENOUGH,
        "plenty": PLENTY,
        "answers": reverse("console:responses", args=[door.slug]),
    }
    return page(request, door, "setup/sent.html", context)


def _as_if_on(programme: Programme) -> Programme:
    """What the rules say once it is switched on, which Send does; nothing is stored."""
    programme.is_on = True
    return programme
