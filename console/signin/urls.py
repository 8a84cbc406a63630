"""Addresses of sign-in. Only what we use of allauth: no sign-up, no change of address."""

from allauth.account import views as account
from allauth.mfa.base import views as codes
from allauth.mfa.recovery_codes import views as recovery
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

from console.signin.starting import first, start
from console.signin.views import (
    ChangePasswordView,
    NewPasswordView,
    NewRecoveryCodesView,
    SignInView,
    TurnOffTwoStepView,
    TurnOnTwoStepView,
    join,
    landing,
)

KEY = r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

# allauth looks its pages up by these names.
urlpatterns = [
    path("", landing, name="landing"),
    path("start/", start, name="start"),
    path("start/<str:token>/", first, name="first"),
    path("join/<str:token>/", join, name="join"),
    path("sign-in/", SignInView.as_view(), name="account_login"),
    path("sign-in/code/", codes.authenticate, name="mfa_authenticate"),
    path("sign-in/closed/", never_cache(account.account_inactive), name="account_inactive"),
    path("sign-out/", never_cache(account.logout), name="account_logout"),
    path("password/forgotten/", never_cache(account.password_reset), name="account_reset_password"),
    path(
        "password/sent/",
        never_cache(account.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(KEY, never_cache(NewPasswordView.as_view()), name="account_reset_password_from_key"),
    path(
        "password/set/",
        never_cache(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("you/", never_cache(codes.index), name="mfa_index"),
    path(
        "you/password/", never_cache(ChangePasswordView.as_view()), name="account_change_password"
    ),
    path("you/again/", never_cache(account.reauthenticate), name="account_reauthenticate"),
    path("you/again/code/", never_cache(codes.reauthenticate), name="mfa_reauthenticate"),
    path("you/two-step/on/", never_cache(TurnOnTwoStepView.as_view()), name="mfa_activate_totp"),
    path(
        "you/two-step/off/", never_cache(TurnOffTwoStepView.as_view()), name="mfa_deactivate_totp"
    ),
    path(
        "you/recovery-codes/",
        never_cache(recovery.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "you/recovery-codes/new/",
        never_cache(NewRecoveryCodesView.as_view()),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "you/recovery-codes/file/",
        never_cache(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
