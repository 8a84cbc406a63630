"""HTTP that leaves the building: to the one place that was configured, and never further.

A call is connected first and sent afterwards, so that its caller can put a fence between: until
then nothing has left. Nothing is redirected, no proxy of the environment is asked, an answer has
an end, and the address that is called is judged after the name was looked up, not before.
"""

import http.client
import ipaddress
import socket
import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

MOST_BYTES = 64 * 1024
# Global by the registry, and yet they lead into one's own network.
INWARD = tuple(
    ipaddress.ip_network(one)
    for one in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "fec0::/10",
        "192.0.0.0/24",
    )
)


class PlaceRefused(OSError):
    """The name leads to no address that may be called."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where calls go; a loopback one only where that was said, for a stand-in or a test."""

    base_url: str
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30.0
    may_be_here: bool = False

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status and the beginning of the body."""

    status: int
    body: bytes


class Call:
    """One connection for one request."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._connection: http.client.HTTPConnection | None = None

    def connect(self) -> None:
        """Open the connection; OSError when nobody answers or the place may not be called."""
        parts = urlsplit(self.place.base_url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        raw = _connected(self.place, port)
        try:
            self._connection = http.client.HTTPConnection(self.place.host, port)
            self._connection.sock = _wrapped(raw, parts.scheme, self.place.host)
        except BaseException:
            raw.close()
            raise

    def post_form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send the form and read the answer; from the first byte on nobody can take it back."""
        assert self._connection is not None, "connect first"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        if self.place.user:
            pair = f"{self.place.user}:{self.place.password}".encode()
            headers["Authorization"] = f"Basic {b64encode(pair).decode()}"
        target = urlsplit(self.place.base_url).path.rstrip("/") + path
        self._connection.request("POST", target, urlencode(fields).encode(), headers)
        response = self._connection.getresponse()
        return Answer(response.status, response.read(MOST_BYTES))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def is_public(address: str) -> bool:
    """Tell whether the address is one of the internet, not of this machine or its network."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        return is_public(str(mapped))
    if any(ip in network for network in INWARD if network.version == ip.version):
        return False
    return ip.is_global and not ip.is_multicast


def _connected(place: Place, port: int) -> socket.socket:
    found = socket.getaddrinfo(place.host, port, type=socket.SOCK_STREAM)
    allowed = [one for one in found if place.may_be_here or is_public(str(one[4][0]))]
    if not allowed:
        raise PlaceRefused(f"{place.host} leads to no public address")
    last: OSError | None = None
    for family, kind, protocol, _, address in allowed:
        one = socket.socket(family, kind, protocol)
        one.settimeout(place.timeout)
        try:
            one.connect(address)
        except OSError as error:
            one.close()
            last = error
        else:
            return one
    raise last or PlaceRefused(place.host)


def _wrapped(raw: socket.socket, scheme: str, host: str) -> socket.socket:
    if scheme != "https":
        return raw
    return ssl.create_default_context().wrap_socket(raw, server_hostname=host)
