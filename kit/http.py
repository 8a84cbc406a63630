"""HTTP that leaves the building: to the one place that was configured, and never further.

A call is connected first and sent afterwards, so that its caller can put a fence between: until
then nothing has left. Nothing is redirected, no proxy of the environment is asked, an answer has
an end, and the address that is called is judged after the name was looked up, not before.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
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
        "::/96",
        "192.0.0.0/24",
    )
)
# Where the web is served; behind other numbers stand mail servers and databases.
WEB_PORTS = frozenset({80, 443, 8080, 8443})


OWN = ("127.0.0.1", "::1")


class PlaceRefused(OSError):
    """The name leads to no address that may be called."""


@dataclass(frozen=True, slots=True)
class Named:
    """A network of one's own that may be called all the same, at one port or those of the web."""

    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    port: int | None = None

    def holds(self, address: str, port: int) -> bool:
        ip = ipaddress.ip_address(address.partition("%")[0])
        ip = getattr(ip, "ipv4_mapped", None) or ip
        return ip in self.network and (port == self.port if self.port else port in WEB_PORTS)


def read_named(text: str) -> Named:
    """Read `10.1.0.0/16`, `10.1.2.3:9000` or `[fd00::/8]:9000`; raises ValueError."""
    network, port = text.strip(), ""
    if network.startswith("["):
        network, _, port = network[1:].partition("]")
        port = port.removeprefix(":")
    elif network.count(":") == 1:
        network, _, port = network.partition(":")
    return Named(ipaddress.ip_network(network), int(port) if port else None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where calls go; a loopback one only where that was said, for a stand-in or a test.

    What strangers may type is `is_guarded`: only https and ports of the web lead outside, and
    inside only what an administrator `named`.
    """

    base_url: str
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30.0
    may_be_here: bool = False
    is_guarded: bool = False
    named: tuple[Named, ...] = ()

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def port(self) -> int:
        parts = urlsplit(self.base_url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def target(self) -> str:
        """Path and query, as they stand in the request's first line."""
        parts = urlsplit(self.base_url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def admits(self, address: str, port: int) -> bool:
        """Whether this address, which the name has led to, may be called."""
        if self.may_be_here or any(one.holds(address, port) for one in self.named):
            return True
        if self.is_guarded and not (self.base_url.startswith("https:") and port in WEB_PORTS):
            return False
        return is_public(address)

    @property
    def is_hopeless(self) -> bool:
        """Whether it can be told without a name service that this will never be called.

        So it is of an address that is written out, in any spelling, and of this machine's own
        name; where another name leads is judged with each call.
        """
        try:
            found = socket.getaddrinfo(
                self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
        except OSError:
            name = self.host.rstrip(".").lower()
            is_own = name == "localhost" or name.endswith(".localhost")
            return is_own and not any(self.admits(one, self.port) for one in OWN)
        return not any(self.admits(str(one[4][0]), self.port) for one in found)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, the beginning of the body, and when to come again."""

    status: int
    body: bytes
    retry_after: int | None = None


class Call:
    """One connection, for one request or for several that follow one another."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._connection: http.client.HTTPConnection | None = None

    @property
    def is_open(self) -> bool:
        """Whether another request may go over the same connection."""
        return self._connection is not None and self._connection.sock is not None

    def connect(self) -> None:
        """Open the connection; OSError when nobody answers or the place may not be called."""
        parts, port = urlsplit(self.place.base_url), self.place.port
        raw = _connected(self.place, port)
        connection = http.client.HTTPConnection(self.place.host, port)
        # A connection that was ended is not opened again behind our back, unjudged.
        connection.auto_open = 0
        connection.default_port = 443 if parts.scheme == "https" else 80
        connection.sock = raw
        self._connection = connection
        if parts.scheme == "https":
            try:
                _encrypt(connection, self.place.host)
            except BaseException:
                connection.close()
                raise

    def post_form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send the form and read the answer; from the first byte on nobody can take it back."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        if self.place.user:
            pair = f"{self.place.user}:{self.place.password}".encode()
            headers["Authorization"] = f"Basic {b64encode(pair).decode()}"
        target = urlsplit(self.place.base_url).path.rstrip("/") + path
        return self._post(target, urlencode(fields).encode(), headers)

    def post_json(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a body of JSON to the place itself and read the answer."""
        return self._post(self.place.target, body, {"Content-Type": "application/json", **headers})

    def _post(self, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        assert self._connection is not None, "connect first"
        self._connection.request("POST", target, body, dict(headers))
        response = self._connection.getresponse()
        read = response.read(MOST_BYTES)
        answer = Answer(response.status, read, _seconds(response.getheader("Retry-After")))
        if response.will_close or not response.isclosed():  # there is more, which nobody reads
            self.close()
        return answer

    def cut(self) -> None:
        """End it from another thread: whoever waits for an answer stops waiting."""
        connection = self._connection
        sock = connection.sock if connection is not None else None
        if sock is not None:
            try:
                # Not the encrypted one's own: it would forget its keys while the other reads.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            except OSError:
                return

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


def _seconds(retry_after: str | None) -> int | None:
    """The number of seconds, if that is what was said; a date is no number and is passed over."""
    said = (retry_after or "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 8 else None


def _connected(place: Place, port: int) -> socket.socket:
    found = socket.getaddrinfo(place.host, port, type=socket.SOCK_STREAM)
    allowed = [one for one in found if place.admits(str(one[4][0]), port)]
    if not allowed:
        raise PlaceRefused(f"{place.host} leads to no address that may be called")
    last: OSError | None = None
    until = time.monotonic() + place.timeout
    for family, kind, protocol, _, address in allowed:
        left = until - time.monotonic()
        if left <= 0:  # a name may lead to a hundred addresses that all keep silent
            raise TimeoutError
        one = socket.socket(family, kind, protocol)
        one.settimeout(left)
        try:
            one.connect(address)
        except OSError as error:
            one.close()
            last = error
        else:
            # A small request must not wait for the receipt of the one before it.
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.settimeout(place.timeout)
            return one
    raise last or PlaceRefused(place.host)


def _encrypt(connection: http.client.HTTPConnection, host: str) -> None:
    """Shake hands where `cut` reaches it: also a greeting may trickle in for ever."""
    wrapped = _context().wrap_socket(
        connection.sock, server_hostname=host, do_handshake_on_connect=False
    )
    connection.sock = wrapped
    wrapped.do_handshake()


@lru_cache(maxsize=1)
def _context() -> ssl.SSLContext:
    """Made once: reading the certificates of all authorities takes longer than a call."""
    return ssl.create_default_context()
