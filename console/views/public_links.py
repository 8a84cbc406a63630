"""Public links of a programme: listed, made, shown with their code, edited, printed, revoked."""

from typing import Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.filters import Filter, MailFilter, NoFilter
from console.forms.public_links import PublicLinkForm, initial_of
from console.views.programmes import known_programme
from kit.clock import now
from kit.periods import local_day
from surveys.actions.customers import PropertyMismatch
from surveys.actions.opening import (
    LinkNameTaken,
    change_link,
    details_of,
    open_link,
    revoke_link,
)
from surveys.channels.links import public_link
from surveys.channels.snippets import NoVariable, snippet, spoken_by
from surveys.models import Programme, PublicLink
from surveys.queries.public_links import link_row, public_links

Form = TypeVar("Form", bound=PublicLinkForm)
TAKEN = "Another open link of this programme already has this name."
NO_VARIABLE = "A placeholder holds no spaces, quotes, angle brackets, ?, # or &."
MISMATCH = "The property {key} is no text here, so a link cannot fill it."


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    asked = Filter(request.GET).read()
    programme = open_to_all(programme_id)
    found = public_links(programme_id=programme.pk, now=now(), after=asked["after"] or None)
    return page(request, door, "links/list.html", {"programme": programme, "found": found})


@require_http_methods(["GET", "HEAD", "POST"])
@inside("programmes", Permission.EDIT_PROGRAMMES)
def create(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = open_to_all(programme_id)
    form = form_for(PublicLinkForm, request, door, programme, {})
    if request.method == "POST" and form.is_valid():
        by, moment = actor(request, door), now()
        try:
            link = open_link(programme=programme, details=form.details(), actor=by, now=moment)
        except (LinkNameTaken, PropertyMismatch) as refused:
            blame(form, refused)
        else:
            return redirect("console:public_link", door.slug, programme.pk, link.pk)
    return _form_page(request, door, programme, form, None)


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def detail(request: HttpRequest, door: Door, programme_id: int, link_id: int) -> HttpResponse:
    NoFilter(request.GET).read()
    return page(request, door, "links/detail.html", _shown(programme_id, link_id))


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def card(request: HttpRequest, door: Door, programme_id: int, link_id: int) -> HttpResponse:
    """The code with its question, to print and put up."""
    NoFilter(request.GET).read()
    return page(request, door, "links/card.html", _shown(programme_id, link_id))


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def in_mails(request: HttpRequest, door: Door, programme_id: int, link_id: int) -> HttpResponse:
    """The first question as HTML for mails that other tools send."""
    variable = MailFilter(request.GET).read()["variable"]
    context, problem = _shown(programme_id, link_id), ""
    try:
        html = snippet(context["link"], variable)
    except NoVariable:
        html, problem = snippet(context["link"]), NO_VARIABLE
    context |= {"html": html, "variable": variable, "problem": problem}
    return page(request, door, "links/mail.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("programmes", Permission.EDIT_PROGRAMMES)
def edit(request: HttpRequest, door: Door, programme_id: int, link_id: int) -> HttpResponse:
    link = _link(programme_id, link_id)
    initial = initial_of(details_of(link), door.organisation.time_zone)
    form = form_for(PublicLinkForm, request, door, link.programme, initial)
    if request.method == "POST" and form.is_valid():
        by, moment = actor(request, door), now()
        try:
            change_link(link=link, details=form.details(), actor=by, now=moment)
        except (LinkNameTaken, PropertyMismatch) as refused:
            blame(form, refused)
        else:
            return redirect("console:public_link", door.slug, programme_id, link.pk)
    return _form_page(request, door, link.programme, form, _link(programme_id, link_id))


@require_POST
@inside("programmes", Permission.EDIT_PROGRAMMES)
def revoke(request: HttpRequest, door: Door, programme_id: int, link_id: int) -> HttpResponse:
    link = _link(programme_id, link_id)
    revoke_link(link=link, actor=actor(request, door), now=now())
    messages.success(request, f"{link.name} is revoked: it takes no more answers.")
    return redirect("console:public_links", door.slug, programme_id)


def open_to_all(programme_id: int) -> Programme:
    """A programme that can have public links; raises Http404 of an anonymous one."""
    programme = known_programme(programme_id)
    if programme.is_anonymous:
        raise Http404
    return programme


def _link(programme_id: int, link_id: int) -> PublicLink:
    programme = known_programme(programme_id)
    rows = PublicLink.objects.select_related("programme__survey", "touchpoint", "organisation")
    return get_object_or_404(rows, pk=link_id, programme=programme, kind=PublicLink.Kind.LINK)


def _shown(programme_id: int, link_id: int) -> dict[str, Any]:
    link = _link(programme_id, link_id)
    return {
        "programme": link.programme,
        "link": link,
        "row": link_row(link, now()),
        "address": public_link(link.pk, link.organisation),
        "question": spoken_by(link).question,
    }


def form_for(
    form: type[Form],
    request: HttpRequest,
    door: Door,
    programme: Programme,
    initial: dict[str, Any],
) -> Form:
    """The form of a link or of a widget, at the places where the programme asks."""
    places = programme.touchpoints.filter(archived_at__isnull=True).order_by("name")
    zone_name = door.organisation.time_zone
    return form(
        posted(request),
        zone_name=zone_name,
        touchpoints=list(places.values_list("id", "name")),
        today=local_day(now(), zone_name),
        initial=initial,
    )


def blame(form: PublicLinkForm, refused: Exception) -> None:
    """Say at the field what stands against it."""
    if isinstance(refused, PropertyMismatch):
        form.add_error(
            "branch" if refused.key == "branch" else "name", MISMATCH.format(key=refused.key)
        )
    else:
        form.add_error("name", TAKEN)


def _form_page(
    request: HttpRequest,
    door: Door,
    programme: Programme,
    form: PublicLinkForm,
    link: PublicLink | None,
) -> HttpResponse:
    context = {"form": form, "programme": programme, "link": link}
    return page(request, door, "links/form.html", context, status=422 if form.errors else 200)
