"""Answers that a customer spoke: staff write them down, and remove what was a mistake."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.spoken import SpokenFilter, SpokenForm
from kit.clock import now
from kit.periods import local_day
from surveys.actions.hearing import (
    CustomerIsErased,
    NothingAsked,
    record_spoken,
    remove_spoken,
)
from surveys.models import Customer, Programme, Response
from surveys.queries.heard import Asking, askings

MOVED = (
    "Not written down: what is asked there changed meanwhile. Choose again; the words you typed "
    "stand below, to be copied."
)
ERASED = "This person was erased: nothing can be written here any more."


@require_http_methods(["GET", "HEAD", "POST"])
@inside("responses", Permission.RECORD_ANSWERS)
def record(request: HttpRequest, door: Door) -> HttpResponse:
    """First about what, then what was said."""
    asked = SpokenFilter(request.GET).read()
    customer = _customer(asked["customer"])
    about = [one for one in askings() if asked["touchpoint"] in (None, one.touchpoint_id)]
    chosen = _chosen(about, asked["about"])
    context = {"customer": customer, "about": about, "asking": chosen, "asked": asked}
    if chosen is None:
        return _choose(request, door, context)
    today = local_day(now(), door.organisation.time_zone)
    form = SpokenForm(posted(request), asking=chosen, customer=customer, today=today)
    if request.method == "POST" and form.is_valid():
        return _recorded(request, door, form, context)
    status = 422 if form.errors else 200
    return page(request, door, "responses/spoken.html", {**context, "form": form}, status=status)


@require_POST
@inside("responses", Permission.RECORD_ANSWERS)
def remove(request: HttpRequest, door: Door, response_id: int) -> HttpResponse:
    response = get_object_or_404(Response, pk=response_id)
    if not remove_spoken(response_id=response.pk, actor=actor(request, door), now=now()):
        messages.error(request, "Only what was written down by staff can be removed.")
        return redirect("console:response", door.slug, response.pk)
    messages.success(request, "Removed. The audit trail keeps who did it.")
    if response.customer_id is None:
        return redirect("console:responses", door.slug)
    return redirect("console:customer", door.slug, response.customer_id)


def _choose(request: HttpRequest, door: Door, context: dict[str, Any]) -> HttpResponse:
    """About what it was; where that went while somebody typed, with what was typed."""
    about, is_sent = context["asked"]["about"], request.method == "POST"
    if about and not (is_sent and _was_ours(about)):
        raise Http404
    if not is_sent:
        return page(request, door, "responses/spoken_about.html", context)
    messages.error(request, MOVED)
    kept = {**context, "kept": request.POST.get("comment", "").strip()}
    return page(request, door, "responses/spoken_about.html", kept, status=422)


def _was_ours(about: str) -> bool:
    return Programme.objects.filter(pk=about.partition(":")[0]).exists()


def _recorded(
    request: HttpRequest, door: Door, form: SpokenForm, context: dict[str, Any]
) -> HttpResponse:
    try:
        response = record_spoken(
            organisation_id=door.organisation.pk,
            told=form.told(),
            actor=actor(request, door),
            now=now(),
        )
    except NothingAsked:
        return _choose(request, door, context)
    except CustomerIsErased:
        messages.error(request, ERASED)
        return redirect("console:spoken_new", door.slug)
    messages.success(request, "Written down as told by voice. It is in no figure.")
    return redirect("console:response", door.slug, response.pk)


def _customer(customer_id: int | None) -> Customer | None:
    if customer_id is None:
        return None
    return get_object_or_404(Customer.objects.present(), pk=customer_id)


def _chosen(about: list[Asking], key: str) -> Asking | None:
    """What the address names, or the only thing there is."""
    if not key:
        return about[0] if len(about) == 1 else None
    return next((one for one in about if one.key == key), None)
