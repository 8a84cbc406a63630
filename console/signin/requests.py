"""What sign-in and the pages behind it read from a request and its session."""

from django.conf import settings
from django.http import HttpRequest

from kit.clients import client_address

LAST_ORGANISATION = "organisation"  # the session's key for where one was last


def client_ip(request: HttpRequest) -> str | None:
    """Return where the request came from, seen through the proxies we trust."""
    return client_address(request.META, settings.TRUSTED_PROXIES)
