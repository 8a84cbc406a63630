"""The pages of sign-in: landing, joining, and what allauth's views need to know of us."""

from typing import Any

from allauth.account.views import LoginView, PasswordChangeView, PasswordResetFromKeyView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.codes import burn_period
from accounts.actions.first_run import is_new
from accounts.actions.joining import (
    AnotherPerson,
    DeadInvitation,
    NeedsSignIn,
    Newcomer,
    join_as_newcomer,
    join_as_user,
)
from accounts.models import User
from accounts.queries.joining import Openable, openable
from accounts.queries.lookups import belongings
from accounts.rules.security import SecurityChange
from console.signin.adapter import SignInAdapter
from console.signin.forms import JoinForm, TwoStepForm
from console.signin.requests import LAST_ORGANISATION, client_ip
from kit import clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Lead to the organisation one was in last, or to the first; or say that there is none."""
    if not request.user.is_authenticated:
        return redirect("start" if not settings.DEMO and is_new() else "account_login")
    slugs = [belonging.slug for belonging in belongings(request.user.pk)]
    if not slugs:
        return render(request, "signin/no_organisation.html", {"may_start": settings.DEMO})
    last = request.session.get(LAST_ORGANISATION)
    return redirect(f"/o/{last if last in slugs else slugs[0]}/")


class SignInView(LoginView):
    """Sign-in; in the demo one of its log-ins is filled in, the owner's unless another is asked."""

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()
        chosen = self._chosen()
        if chosen:
            initial |= {"login": chosen["email"], "password": chosen["password"]}
        return initial

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page: dict[str, Any] = super().get_context_data(**kwargs)
        return {**page, "demo": settings.DEMO_SIGN_INS, "chosen": self._chosen()}

    def _chosen(self) -> dict[str, str] | None:
        wanted = self.request.GET.get("as")
        offered: list[dict[str, str]] = settings.DEMO_SIGN_INS
        named = [one for one in offered if one["role"] == wanted]
        return next(iter(named or offered), None)


class Whole:
    """A change, its letter and its audit entries are stored together or not at all.

    Only what follows a valid form: the form itself counts failures, and those must stay.
    """

    def form_valid(self, form: Form) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return response


class ChangePasswordView(Whole, PasswordChangeView):
    pass


class NewPasswordView(Whole, PasswordResetFromKeyView):
    pass


class TurnOffTwoStepView(Whole, DeactivateTOTPView):
    pass


class NewRecoveryCodesView(Whole, GenerateRecoveryCodesView):
    pass


class TurnOnTwoStepView(ActivateTOTPView):
    def form_valid(self, form: TwoStepForm) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            burn_period(user=self.request.user, period=form.period)
            # allauth tells of this one change only after the commit, where it could be lost.
            SignInAdapter(self.request).note(self.request.user, SecurityChange.TWO_STEP_ON)
        return response


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Open an invitation; only the button joins, for mail scanners open every link."""
    found = openable(token, clock.now())
    try:
        return _open(request, token, found) if found else _dead(request)
    except DeadInvitation:
        return _dead(request)
    except NeedsSignIn:
        return redirect("join", token)


def _open(request: HttpRequest, token: str, found: Openable) -> HttpResponse:
    if isinstance(request.user, User):
        return _join_signed_in(request, request.user, token, found)
    if found.is_user:
        return _page(request, "sign_in", found)
    return _join_new(request, token, found)


def _join_signed_in(request: HttpRequest, user: User, token: str, found: Openable) -> HttpResponse:
    if request.method != "POST":
        step = "confirm" if user.email == found.email else "another_person"
        return _page(request, step, found)
    try:
        slug = join_as_user(token=token, user=user, ip=client_ip(request), now=clock.now())
    except AnotherPerson:
        return _page(request, "another_person", found, status=403)
    return redirect(f"/o/{slug}/")


def _join_new(request: HttpRequest, token: str, found: Openable) -> HttpResponse:
    form = JoinForm(request.POST or None)
    if form.is_valid():
        newcomer = Newcomer(**form.cleaned_data)
        try:
            user = join_as_newcomer(
                token=token, newcomer=newcomer, ip=client_ip(request), now=clock.now()
            )
        except ValidationError as error:
            form.add_error("password", error)
        else:
            login(request, user, backend=BACKEND)
            return redirect(f"/o/{found.slug}/")
    return _page(request, "newcomer", found, form=form)


def _page(
    request: HttpRequest, step: str, found: Openable, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"step": step, "invitation": found, **more}
    return render(request, "signin/join.html", context, status=status)


def _dead(request: HttpRequest) -> HttpResponse:
    return render(request, "signin/dead_link.html", status=404)
