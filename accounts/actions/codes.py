"""Use a one-time code of an authenticator app, or a recovery code: each works once."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction

from accounts.models import User

PERIOD = 30  # seconds
TOLERANCE = 1  # periods either way, for clocks that differ
LAST_USED = "last_used_period"


def use_code(*, user: User, code: str, now: datetime) -> Authenticator | None:
    """Return the authenticator whose code this is and make the code unusable from now on.

    The row remembers the last used period (RFC 6238, 5.2), not a cache: a cache that was lost,
    or that forgets before the code's tolerance ends, would take a code that was read over
    somebody's shoulder.
    """
    with transaction.atomic():
        owned = {
            row.type: row for row in Authenticator.objects.select_for_update().filter(user=user)
        }
        app = owned.get(Authenticator.Type.TOTP)
        if app is not None and _use_app_code(app, code, now):
            return app
        recovery = owned.get(Authenticator.Type.RECOVERY_CODES)
        if recovery is not None and recovery.wrap().validate_code(code):
            return recovery
    return None


def matching_period(*, secret: str, code: str, now: datetime) -> int | None:
    """Return the period whose code this is, the present one or a neighbour, or None."""
    digits = "".join(code.split())
    present = int(now.timestamp()) // PERIOD
    for period in range(present - TOLERANCE, present + TOLERANCE + 1):
        if format_hotp_value(hotp_value(secret, period)) == digits:
            return period
    return None


def burn_period(*, user: User, period: int) -> None:
    """Make the code unusable with which the app was set up."""
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    row.data = {**row.data, LAST_USED: period}
    row.save(update_fields=["data"])


def _use_app_code(app: Authenticator, code: str, now: datetime) -> bool:
    period = matching_period(secret=decrypt(app.data["secret"]), code=code, now=now)
    if period is None or period <= app.data.get(LAST_USED, -1):
        return False
    app.data = {**app.data, LAST_USED: period}
    app.save(update_fields=["data"])
    return True
