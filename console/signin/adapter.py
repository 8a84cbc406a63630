"""What allauth asks us: nobody signs up by herself, limits hold, and mail leaves as letters."""

import logging
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from accounts.actions.limiting import begin_try, forget_tries, take_back
from accounts.actions.security import ask_for_reset, end_sessions, note_security_change
from accounts.models import User
from accounts.rules.limits import PASSWORD_OF_ADDRESS, PASSWORD_OF_NETWORK
from accounts.rules.security import SecurityChange
from console.signin.requests import client_ip
from kit import clock
from kit.clients import network_of

log = logging.getLogger(__name__)

CHANGES = {
    "account/email/password_changed": SecurityChange.PASSWORD_CHANGED,
    "account/email/password_reset": SecurityChange.PASSWORD_RESET,
    "mfa/email/totp_deactivated": SecurityChange.TWO_STEP_OFF,
    "mfa/email/recovery_codes_generated": SecurityChange.NEW_RECOVERY_CODES,
}


class SignInAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "This address and this password do not belong together.",
        "too_many_login_attempts": "Too many tries. Please wait five minutes and try again.",
        "incorrect_password": "That is not your password.",
        "enter_current_password": "That is not your password.",
        "incorrect_code": "This code is wrong or was used already. Wait for the next one.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        return False  # our pages are forms; the other dialect would only be one more way in

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request) or "unknown"

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Check a password, unless this address or network has failed too often."""
        begun = clock.now()
        tries = {
            PASSWORD_OF_ADDRESS: str(credentials.get("email", "")).strip().lower(),
            PASSWORD_OF_NETWORK: network_of(client_ip(request)),
        }
        if not begin_try(subjects=tries, now=begun):
            log.warning("too many sign-ins failed; one from %s has to wait", client_ip(request))
            raise self.validation_error("too_many_login_attempts")
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            log.warning("a sign-in from %s failed", client_ip(request))
        else:
            take_back(subjects=tries, at=begun)
        return user

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        ask_for_reset(user=user, now=clock.now())

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Called by allauth after a change to how somebody signs in."""
        if template_prefix in CHANGES:
            self.note(user, CHANGES[template_prefix])

    def note(self, user: User, change: SecurityChange) -> None:
        """Tell the person and the audit trails; end her other sessions."""
        note_security_change(user=user, change=change, ip=client_ip(self.request), now=clock.now())
        if change is SecurityChange.PASSWORD_RESET:
            forget_tries(limit=PASSWORD_OF_ADDRESS, subject=user.email)
        if self.request.user.is_authenticated:
            end_sessions(user=user)
            update_session_auth_hash(self.request, user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        raise LookupError(f"No letter is written for {template_prefix}.")
