"""Widgets of a programme: listed, made with their secret, previewed, edited, revoked."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page
from console.forms.filters import Filter, LookFilter, NoFilter
from console.forms.widgets import WidgetForm, initial_of_new, initial_of_widget
from console.views.programmes import known_programme
from console.views.public_links import blame, form_for, open_to_all
from kit.clock import now
from surveys.actions.customers import PropertyMismatch
from surveys.actions.opening import LinkNameTaken, revoke_link
from surveys.actions.opening_widgets import (
    change_widget,
    details_of,
    open_widget,
    renew_secret,
)
from surveys.channels.links import widget_script, widget_token
from surveys.models import Programme, PublicLink, Widget
from surveys.queries.previews import newest_version, preview_token
from surveys.queries.public_links import link_row, public_links
from surveys.rules.identities import LONGEST_LIFE


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    asked, programme = Filter(request.GET).read(), open_to_all(programme_id)
    found = public_links(
        programme_id=programme.pk,
        now=now(),
        kind=PublicLink.Kind.WIDGET,
        after=asked["after"] or None,
    )
    return page(request, door, "widgets/list.html", {"programme": programme, "found": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@inside("programmes", Permission.EDIT_PROGRAMMES)
def create(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    """Make a widget and show its secret in this one answer."""
    programme = open_to_all(programme_id)
    form = form_for(WidgetForm, request, door, programme, initial_of_new())
    if request.method == "POST" and form.is_valid():
        try:
            widget, secret = open_widget(
                programme=programme, details=form.told(), actor=actor(request, door), now=now()
            )
        except (LinkNameTaken, PropertyMismatch) as refused:
            blame(form, refused)
        else:
            return _secret_page(request, door, _widget(programme_id, widget.link_id), secret)
    return _form_page(request, door, programme, form, None)


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def detail(request: HttpRequest, door: Door, programme_id: int, link_id: int) -> HttpResponse:
    NoFilter(request.GET).read()
    widget = _widget(programme_id, link_id)
    context = {
        **_shown(door, widget),
        "row": link_row(widget.link, now()),
        "preview": _preview(widget.link.programme, widget.side, widget.scheme),
        "old_until": _old_until(widget),
    }
    return page(request, door, "widgets/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("programmes", Permission.EDIT_PROGRAMMES)
def edit(request: HttpRequest, door: Door, programme_id: int, link_id: int) -> HttpResponse:
    widget = _widget(programme_id, link_id)
    initial = initial_of_widget(details_of(widget), door.organisation.time_zone)
    form = form_for(WidgetForm, request, door, widget.link.programme, initial)
    if request.method == "POST" and form.is_valid():
        by, moment = actor(request, door), now()
        try:
            change_widget(widget=widget, details=form.told(), actor=by, now=moment)
        except (LinkNameTaken, PropertyMismatch) as refused:
            blame(form, refused)
        else:
            return redirect("console:widget", door.slug, programme_id, link_id)
    shown = _widget(programme_id, link_id)
    return _form_page(request, door, shown.link.programme, form, shown)


@never_cache
@require_POST
@inside("programmes", Permission.EDIT_PROGRAMMES)
def renew(request: HttpRequest, door: Door, programme_id: int, link_id: int) -> HttpResponse:
    """Make a new secret and show it in this one answer."""
    widget = _widget(programme_id, link_id)
    is_leaked = request.POST.get("leaked") == "yes"
    secret = renew_secret(widget=widget, is_leaked=is_leaked, actor=actor(request, door), now=now())
    return _secret_page(request, door, _widget(programme_id, link_id), secret)


@require_POST
@inside("programmes", Permission.EDIT_PROGRAMMES)
def revoke(request: HttpRequest, door: Door, programme_id: int, link_id: int) -> HttpResponse:
    link = _widget(programme_id, link_id).link
    revoke_link(link=link, actor=actor(request, door), now=now())
    messages.success(request, f"{link.name} is revoked: it comes on no page any more.")
    return redirect("console:widgets", door.slug, programme_id)


def _widget(programme_id: int, link_id: int) -> Widget:
    programme = known_programme(programme_id)
    rows = Widget.objects.select_related("link__programme__survey", "link__touchpoint")
    return get_object_or_404(rows, link=link_id, link__programme=programme)


def _shown(door: Door, widget: Widget) -> dict[str, Any]:
    return {
        "programme": widget.link.programme,
        "link": widget.link,
        "widget": widget,
        "script": widget_script(door.organisation),
        "token": widget_token(widget.link_id),
    }


def _old_until(widget: Widget) -> Any:
    """Until when what the secret before signed is believed; None where it is not any more."""
    until = widget.secret_before_until
    return until if until is not None and until > now() else None


def _preview(programme: Programme, side: str, scheme: str) -> str:
    """The address of a page on which the widget stands as it would."""
    survey = programme.survey_id
    token = preview_token(
        organisation_id=programme.organisation_id,
        survey_id=survey,
        version=newest_version(survey),
        now=now(),
    )
    return f"/w/{token}/page?{urlencode({'side': side, 'scheme': scheme})}"


def _secret_page(request: HttpRequest, door: Door, widget: Widget, secret: str) -> HttpResponse:
    expires = int((now() + LONGEST_LIFE / 2).timestamp())
    context = {**_shown(door, widget), "secret": secret, "expires": expires}
    return page(request, door, "widgets/secret.html", context)


def _form_page(
    request: HttpRequest,
    door: Door,
    programme: Programme,
    form: WidgetForm,
    widget: Widget | None,
) -> HttpResponse:
    look = LookFilter(request.GET).read()
    sides = {name: look[name] or (getattr(widget, name) if widget else "") for name in look}
    place = [door.slug, programme.pk, *([widget.link_id] if widget else [])]
    context = {
        "form": form,
        "programme": programme,
        "link": widget.link if widget else None,
        "preview": _preview(programme, sides["side"], sides["scheme"]),
        "here": reverse("console:widget_edit" if widget else "console:widget_new", args=place),
    }
    return page(request, door, "widgets/form.html", context, status=422 if form.errors else 200)
