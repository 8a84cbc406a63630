"""Addresses that people type for us to call: what is odd is refused, not repaired."""

import re
from urllib.parse import SplitResult, urlsplit

LONGEST_URL = 500
_PRINTABLE = re.compile(r"[!-~]+")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)


class BadUrl(ValueError):
    """The text is no address that we would call; the message is for a person."""


def read_url(text: str, *, may_be_plain: bool = False) -> str:
    """Return the address as it will be called; raises BadUrl."""
    text = text.strip()
    if len(text) > LONGEST_URL:
        raise BadUrl(f"An address has at most {LONGEST_URL} characters.")
    parts = _split(text)
    if parts.scheme not in ({"https", "http"} if may_be_plain else {"https"}):
        raise BadUrl("Expected an address that begins with https://.")
    if parts.username is not None or parts.password is not None:
        raise BadUrl("An address with a user name in it is not called.")
    if parts.fragment:
        raise BadUrl("What follows a # never reaches a server; leave it out.")
    host = _host(parts.hostname or "")
    port = f":{parts.port}" if parts.port else ""
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not _PRINTABLE.fullmatch(rest):
        raise BadUrl("Write spaces and letters of other scripts in a path as %20 and the like.")
    return f"{parts.scheme}://{host}{port}{rest}"


def origin_of(url: str) -> str:
    """Scheme, host and port: what may be shown of an address that holds a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _split(text: str) -> SplitResult:
    if any(ord(letter) < 33 or letter == "\\" for letter in text):
        raise BadUrl("An address has no spaces, line breaks or backslashes.")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as odd:
        raise BadUrl("This is no address.") from odd
    return parts


def _host(host: str) -> str:
    """In the letters of the name service; names of other scripts by their own rules for it."""
    if ":" in host:
        if "%" in host:
            raise BadUrl("An address with a zone is of this machine's own network.")
        return f"[{host}]"
    try:
        host = host.encode("idna").decode()
    except UnicodeError as odd:
        raise BadUrl("This is no name of a host.") from odd
    if not host or not all(_LABEL.fullmatch(label) for label in host.rstrip(".").split(".")):
        raise BadUrl("This is no name of a host.")
    return host
