"""The forms of sign-in: allauth's, with our words and with limits that live in PostgreSQL."""

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.actions.codes import matching_period, use_code
from accounts.actions.limiting import begin_try, take_back
from accounts.models import User
from accounts.rules.limits import CODE_OF_USER, RESET_OF_ADDRESS, RESET_OF_NETWORK
from console.signin.requests import client_ip
from kit import clock
from kit.clients import network_of
from kit.texts import is_line

AT_LEAST_TEN = "At least 10 characters. A sentence is easier to remember than a riddle."


def _say(form: forms.Form, **labels: str) -> None:
    """Give the fields our labels; a placeholder is no label and is gone when one types."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)
        field.help_text = ""


class SignInForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, login="E-mail address", password="Password")  # noqa: S106
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}
        # Filled in by the demo only, whose log-ins stand on the page for everybody to read.
        self.fields["password"].widget.render_value = bool(settings.DEMO_SIGN_INS)


class AgainForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, password="Password")  # noqa: S106


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, oldpassword="Your password now", password1="New password", password2="Again")
        self.fields["password1"].help_text = AT_LEAST_TEN

    def clean_oldpassword(self) -> str:
        """Counted like a sign-in: an open session must not be a place to guess passwords."""
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter(context.request).reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password


class ForgottenForm(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, email="E-mail address")

    def clean_email(self) -> str:
        tries = {
            RESET_OF_ADDRESS: self.cleaned_data["email"],
            RESET_OF_NETWORK: network_of(client_ip(context.request)),
        }
        if not begin_try(subjects=tries, now=clock.now()):
            raise get_adapter().validation_error("too_many_login_attempts")
        email: str = super().clean_email()
        return email


class NewPasswordForm(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, password1="New password", password2="Again")
        self.fields["password1"].help_text = AT_LEAST_TEN


class _LimitedCode:
    """A code is six digits: without a limit somebody who knows the password guesses it."""

    user: User
    cleaned_data: dict[str, Any]

    def _limited_code(self) -> str:
        self._now = clock.now()
        self._tries = {CODE_OF_USER: str(self.user.pk)}
        if not begin_try(subjects=self._tries, now=self._now):
            raise get_adapter().validation_error("too_many_login_attempts")
        return str(self.cleaned_data["code"])

    def _right(self) -> None:
        take_back(subjects=self._tries, at=self._now)


class _UseCode(_LimitedCode):
    def clean_code(self) -> str:
        code = self._limited_code()
        self.authenticator = use_code(user=self.user, code=code, now=self._now)
        if self.authenticator is None:
            raise get_adapter().validation_error("incorrect_code")
        self._right()
        return code


class CodeForm(_UseCode, codes.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_code(self)


class CodeAgainForm(_UseCode, codes.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_code(self)


class TwoStepForm(_LimitedCode, totp.ActivateTOTPForm):
    """Turns two-step sign-in on; remembers which code it was, so that it opens nothing again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_code(self)

    def clean_code(self) -> str:
        code = self._limited_code()
        period = matching_period(secret=self.secret, code=code, now=self._now)
        if period is None:
            raise get_adapter().validation_error("incorrect_code")
        self.period = period
        self._right()
        return code


def _say_code(form: forms.Form) -> None:
    _say(form, code="Code")
    form.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}


class JoinForm(forms.Form):
    """Who joins for the first time: her name, and the password she will sign in with."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    password = forms.CharField(
        label="Choose a password",
        max_length=200,
        strip=False,
        help_text=AT_LEAST_TEN,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not is_line(name):
            raise ValidationError("A name is one line without hidden characters.")
        return name
