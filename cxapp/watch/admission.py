"""Who may read figures about the whole installation: holders of the token, or allowed networks."""

import secrets
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from kit.clients import client_address


def is_open() -> bool:
    """Tell whether anybody may read them at all; unless somebody said so, nobody."""
    return bool(settings.METRICS_TOKEN or settings.METRICS_NETWORKS)


def may_read(request: HttpRequest) -> bool:
    return _has_token(request) or _is_near(request)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, given = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    expected = settings.METRICS_TOKEN
    if not expected or scheme.lower() != "bearer":
        return False
    return secrets.compare_digest(given.strip().encode(errors="replace"), expected.encode())


def _is_near(request: HttpRequest) -> bool:
    """Whether it comes from an allowed network.

    What a proxy passed on comes from the proxy's address: unless that proxy is counted, somebody
    on the other side of the world would look like a neighbour.
    """
    meta = request.META
    if not settings.TRUSTED_PROXIES and (
        "HTTP_X_FORWARDED_FOR" in meta or "HTTP_FORWARDED" in meta
    ):
        return False
    address = client_address(meta, settings.TRUSTED_PROXIES)
    return address is not None and any(
        ip_address(address) in network for network in settings.METRICS_NETWORKS
    )
