"""How a programme's mails fare, what holds them up, and what somebody decided about a doubt."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.queries.routes import paused_routes
from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page
from console.selection import OF_ANSWERS, Selection, read_selection
from console.shown.deliveries import (
    EXPLAINED,
    WEEKS_FROM,
    brakes_of,
    cohorts_of,
    delivery_steps,
    doubts_of,
    leaving_of,
)
from console.shown.funnels import answered_of, over_lists, renewed
from console.shown.programmes import programme_bar
from kit.clock import now
from metrics.queries.effort import counted_by_rows
from surveys.actions.braking import NotBraked, release_brake
from surveys.actions.resending import NotUncertain, resend_message
from surveys.models import Brake, Message, Programme
from surveys.queries.deliveries import (
    MOST_UNCERTAIN,
    cohorts,
    delivery_funnel,
    open_brakes,
    outgoing,
    uncertain_messages,
)
from surveys.queries.pauses import pauses_until


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    at, programme = now(), _programme(programme_id)
    selection = read_selection(request, door, at, without={"programme"}, idle=OF_ANSWERS)
    pauses = [each for each in pauses_until(at) if each.holds(at)]
    is_paused = door.organisation.sending_paused_at is not None or bool(pauses)
    brakes = brakes_of(open_brakes(programme_id=programme.pk), seen_from=programme.pk)
    is_held = is_paused or bool(brakes)
    leaving = outgoing(programme_id=programme.pk, now=at)
    context = {
        "programme": programme,
        "selection": selection,
        "bar": programme_bar(selection, programme),
        **_counted(selection, programme, door),
        "explained": EXPLAINED,
        "leaving": leaving_of(leaving, rate=settings.MAIL_RATE, now=at, is_held=is_held),
        "pauses": pauses,
        "is_paused": is_paused,
        "routes": paused_routes(now=at),
        "brakes": brakes,
        "doubts": doubts_of(uncertain_messages(programme_id=programme.pk), now=at),
        "most_doubts": MOST_UNCERTAIN,
        "rule_hours": door.organisation.resend_uncertain_after_hours,
    }
    return page(request, door, "programmes/delivery.html", context)


def _counted(selection: Selection, programme: Programme, door: Door) -> dict[str, Any]:
    """What became of the questions of the days, and of those compared with."""
    zone = door.organisation.time_zone
    listed_at = reverse("console:decisions", args=[door.slug, programme.pk])
    lists = over_lists(selection, door, listed_at, narrowed="came=over")
    period, segments = selection.period.period, selection.segments
    about: Any = {
        "programme_id": programme.pk,
        "touchpoint_id": selection.touchpoint_id,
        "segments": segments,
    }
    followed: Any = {**about, "zone_name": zone, "over_by": renewed(selection.today, zone)}
    by_week = period.days > WEEKS_FROM
    with counted_by_rows(segments):
        counts = delivery_funnel(**followed, period=period)
        before = delivery_funnel(**followed, period=selection.before)
        lines = cohorts(**about, period=period, by_week=by_week)
    return {
        "funnel": delivery_steps(counts, before, is_part=bool(segments)),
        # Of an anonymous question nobody knows whether it was answered: no share is told.
        "answered": None if programme.is_anonymous else answered_of(counts, before, lists),
        "by_week": by_week,
        "cohorts": cohorts_of(lines, period, by_week=by_week),
    }


@require_POST
@inside("programmes", Permission.EDIT_PROGRAMMES)
def resend(request: HttpRequest, door: Door, programme_id: int, message_id: int) -> HttpResponse:
    programme = _programme(programme_id)
    mails = Message.objects.filter(invitation__programme=programme)
    message = get_object_or_404(mails, pk=message_id)
    try:
        resend_message(message=message, actor=actor(request, door), now=now())
    except NotUncertain:
        messages.warning(request, "Nothing was sent: this mail is no longer in doubt.")
    else:
        messages.success(
            request,
            "The mail leaves again within seconds, or in its next sending hour; its links stay.",
        )
    return redirect("console:delivery", door.slug, programme.pk)


@require_POST
@inside("programmes", Permission.EDIT_PROGRAMMES)
def resume(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = _programme(programme_id)
    brake = get_object_or_404(Brake, pk=_number(request.POST.get("brake", "")))
    try:
        release_brake(brake=brake, actor=actor(request, door), now=now())
    except NotBraked:
        messages.warning(request, "Somebody has resumed the sending already.")
    else:
        messages.success(request, "Mails leave again. Counting starts anew.")
    return redirect("console:delivery", door.slug, programme.pk)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _programme(programme_id: int) -> Programme:
    return get_object_or_404(Programme, archived_at__isnull=True, pk=programme_id)
