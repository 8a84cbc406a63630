"""Where a request really comes from, seen through as many proxies as we were told to trust."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network


def client_address(meta: Mapping[str, str], trusted_proxies: int) -> str | None:
    """Return the client's address, or None where the server was told none.

    Each trusted proxy appends the address it saw to X-Forwarded-For, so only the last ones can be
    believed: whatever stands further left was written by the client.
    """
    hops = [hop.strip() for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if 0 < trusted_proxies <= len(hops):
        return _address(hops[-trusted_proxies]) or _address(meta.get("REMOTE_ADDR", ""))
    return _address(meta.get("REMOTE_ADDR", ""))


def network_of(address: str | None) -> str:
    """Return what one household or office shares: an IPv4 address, or an IPv6 network of /64."""
    if address is None:
        return "unknown"
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network(f"{parsed}/64", strict=False))
    return str(parsed)


def _address(text: str) -> str | None:
    try:
        parsed = ip_address(text)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(parsed)
