"""A call that works as it stands, beside the demo's API keys: another interaction at each view."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from accounts.models import ApiKey
from cxapp.demo import SLUG
from cxapp.demo.loading_setup import api_key_text
from kit import clock

PAGE = "console:keys"


@dataclass(frozen=True, slots=True)
class Call:
    """What is pasted into a terminal: nobody is asked twice by it."""

    address: str
    key: str
    source_id: str
    email: str
    occurred_at: str


def live_call(request: HttpRequest) -> dict[str, Call]:
    """Context processor of the demo: nothing elsewhere, and nothing once the key is revoked.

    The page itself is only for those who may manage keys.
    """
    match = request.resolver_match
    if match is None or match.view_name != PAGE or match.kwargs.get("slug") != SLUG:
        return {}
    key = api_key_text()
    if not ApiKey.objects.filter(prefix=key[3:11], revoked_at__isnull=True).exists():
        return {}
    number = secrets.token_hex(3)
    return {
        "live_call": Call(
            address=f"{settings.BASE_URL}/api/v1/interactions",
            key=key,
            source_id=f"ticket-{number}",
            email=f"visitor-{number}@inkwell.example",
            occurred_at=clock.now().isoformat(timespec="seconds"),
        )
    }
