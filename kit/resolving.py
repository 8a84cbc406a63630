"""Asking a name server for text records, with waits that end."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import dns.exception
import dns.nameserver
import dns.resolver

WAIT = 2.0
LONGEST = 4.0


class Known(StrEnum):
    FOUND = "found"
    NONE = "none"  # a name server says that there is no such record
    UNKNOWN = "unknown"  # no name server answered: nobody knows


@dataclass(frozen=True, slots=True)
class Texts:
    """What was found under a name; several records stay apart."""

    known: Known
    texts: tuple[str, ...] = ()


def texts_of(name: str, *, servers: Sequence[str] = ()) -> Texts:
    """Look the TXT records up, at these servers (`address:port`) or at the machine's own."""
    try:
        answer = _resolver(servers).resolve(name, "TXT", search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return Texts(Known.NONE)
    except (dns.exception.DNSException, OSError, ValueError):
        return Texts(Known.UNKNOWN)
    found = (b"".join(record.strings).decode("utf-8", "replace") for record in answer)
    return Texts(Known.FOUND, tuple(sorted(found)))


def _resolver(servers: Sequence[str]) -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=not servers)
    resolver.timeout, resolver.lifetime = WAIT, LONGEST
    if servers:
        resolver.nameservers = [_at(server) for server in servers]
    return resolver


def _at(server: str) -> dns.nameserver.Do53Nameserver:
    address, _, port = server.rpartition(":")
    return dns.nameserver.Do53Nameserver(address, int(port))
