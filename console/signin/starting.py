"""The first page of an organisation of one's own: in the demo for all, else by the first link."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions.first_run import AlreadyFounded, found_first, is_new, opens
from accounts.actions.founding import (
    ANY_HOURS,
    USUAL_HOURS,
    BadOrganisation,
    Founded,
    Owner,
    found_organisation,
)
from accounts.models import User
from accounts.rules.actors import Actor
from accounts.rules.addresses import BadAddress
from console.signin.forms_starting import CompanyForm, NewcomerForm
from console.signin.requests import client_ip
from console.signin.views import BACKEND
from kit import clock

Found = Callable[..., Founded]


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Anybody's own company in the demo; elsewhere the page says how an installation begins."""
    if settings.DEMO:
        return _answer(request, found_organisation)
    if is_new():
        return render(request, "signin/first_run.html")
    raise Http404


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest, token: str) -> HttpResponse:
    """The first organisation of an installation; the link was printed on its server."""
    if not opens(token):
        return render(request, "signin/dead_start.html", status=404)
    try:
        return _answer(request, found_first)
    except AlreadyFounded:
        return render(request, "signin/dead_start.html", status=404)


def _answer(request: HttpRequest, found: Found) -> HttpResponse:
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        founded = _founded(request, form, found)
        if founded is not None:
            return _led_on(request, form, founded)
    context = {"form": form, "is_known": request.user.is_authenticated}
    return render(request, "signin/start.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest) -> CompanyForm:
    known = isinstance(request.user, User)
    return (CompanyForm if known else NewcomerForm)(request.POST or None)


def _founded(request: HttpRequest, form: CompanyForm, found: Found) -> Founded | None:
    """Found it, or say beside the field what was refused."""
    said = form.cleaned_data
    owner = _owner(request.user, said)
    try:
        return found(
            name=said["company"],
            time_zone=said["time_zone"],
            language=said["language"],
            owner=owner,
            hours=ANY_HOURS if settings.DEMO else USUAL_HOURS,
            actor=_actor(request, owner),
            now=clock.now(),
        )
    except BadOrganisation as refused:
        form.add_error("company", str(refused))
    except BadAddress as refused:
        form.add_error("email", str(refused))
    except ValidationError as refused:
        form.add_error("password", refused)
    return None


def _owner(user: Any, said: dict[str, Any]) -> Owner:
    if isinstance(user, User):
        return Owner(email=user.email)
    return Owner(email=said["email"].lower(), name=said["name"], password=said["password"])


def _actor(request: HttpRequest, owner: Owner) -> Actor:
    user_id = request.user.pk if isinstance(request.user, User) else None
    return Actor(name=owner.email, user_id=user_id, ip=client_ip(request))


def _led_on(request: HttpRequest, form: CompanyForm, founded: Founded) -> HttpResponse:
    """Straight into the set-up; whoever has a sign-in already proves that it is hers."""
    after = reverse("console:setup", args=[founded.slug])
    if founded.is_password_used:
        email = form.cleaned_data["email"]
        login(request, User.objects.get(email=email.strip().lower()), backend=BACKEND)
    return redirect(after)
