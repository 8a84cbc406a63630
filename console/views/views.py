"""Views people keep: an address under a name, checked by the page it opens."""

import copy
from urllib.parse import unquote

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page
from console.forms.fields import LineField
from console.forms.filters import NoFilter
from console.problems import BadAddress
from console.shown.views import view_lines
from kit.clock import now
from metrics.actions.keeping_views import Kept, ViewNameTaken, drop_view, keep_view
from metrics.models import SavedView
from metrics.queries.views import views_for

# Pages with figures or lists: what shows one thing only or changes something is no view.
PAGES = frozenset({
    "overview", "gap", "gap_people", "journey", "segments_of", "segment", "compare", "responses",
    "touchpoints", "touchpoint", "touchpoint_asked", "touchpoint_people", "touchpoint_questions",
    "customers", "asked",
    "companies", "company", "programmes", "programme", "programme_questions", "decisions",
    "delivery",
})  # fmt: skip


class ViewForm(forms.Form):
    name = LineField(max_length=60, label="Name")
    path = forms.CharField(max_length=400)
    query = forms.CharField(max_length=2000, required=False)
    is_shared = forms.BooleanField(required=False)


@require_safe
@inside("views", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    NoFilter(request.GET).read()
    context = {"lines": view_lines(views_for(door.user.pk), door.slug)}
    return page(request, door, "views.html", context)


@require_safe
@inside("views", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door, view_id: int) -> HttpResponse:
    view = _seen(door, view_id)
    return redirect(_address(door, view.page, view.query))


@require_POST
@inside("views", Permission.VIEW_FIGURES)
def keep(request: HttpRequest, door: Door) -> HttpResponse:
    form = ViewForm(request.POST)
    if not form.is_valid():
        raise BadAddress(*[f"{name}: {errors[0]}" for name, errors in form.errors.items()])
    asked = form.cleaned_data
    if asked["is_shared"] and not door.may_edit_measuring:
        raise PermissionDenied
    below = _below(request, door, asked["path"], asked["query"])
    kept = Kept(name=asked["name"], page=below, query=asked["query"], is_shared=asked["is_shared"])
    try:
        keep_view(
            organisation_id=door.organisation.pk,
            user_id=door.user.pk,
            kept=kept,
            actor=actor(request, door),
            now=now(),
        )
    except ViewNameTaken:
        messages.error(request, f"You already keep a view called {kept.name}.")
    else:
        messages.success(request, f"{kept.name} is among the views now.")
    return redirect(_address(door, below, asked["query"]))


@require_POST
@inside("views", Permission.VIEW_FIGURES)
def drop(request: HttpRequest, door: Door, view_id: int) -> HttpResponse:
    """Whoever keeps a view may drop it, and managers what is shared with all."""
    view = _seen(door, view_id)
    if view.user_id != door.user.pk and not door.may_edit_measuring:
        raise PermissionDenied
    drop_view(view=view, actor=actor(request, door), now=now())
    messages.success(request, f"{view.name} is no view any more.")
    return redirect("console:views", door.slug)


def _seen(door: Door, view_id: int) -> SavedView:
    """Somebody else's own view is as unknown as none."""
    view = get_object_or_404(SavedView, pk=view_id)
    if not view.is_shared and view.user_id != door.user.pk:
        raise Http404
    return view


def _address(door: Door, below: str, query: str) -> str:
    root = reverse("console:overview", args=[door.slug])
    return f"{root}{below}?{query}" if query else f"{root}{below}"


def _below(request: HttpRequest, door: Door, path: str, query: str) -> str:
    """Return the path below the organisation's own, after its page opened with this query."""
    root = reverse("console:overview", args=[door.slug])
    if not path.startswith(root) or not _opens(request, path, query):
        raise BadAddress("This is no address of a page that can be kept.")
    return path.removeprefix(root)


def _opens(request: HttpRequest, path: str, query: str) -> bool:
    """Ask the page itself: what it refuses today would greet whoever opens the view."""
    try:
        match = resolve(unquote(path))
    except Resolver404:
        return False
    if match.url_name not in PAGES:
        return False
    asked = copy.copy(request)
    asked.method, asked.path, asked.resolver_match = "GET", path, match
    asked.GET = QueryDict(query)
    return bool(match.func(asked, *match.args, **match.kwargs).status_code == 200)
