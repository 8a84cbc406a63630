"""SMS_URL, the way out for text messages: read and checked like the rest of the environment."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import environ
import phonenumbers
from django.core.exceptions import ImproperlyConfigured

# Unencrypted, and only to this very machine: a stand-in for trying and for tests.
SCHEMES = {"twilio": "https", "twilio+http": "http"}
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
SENDER = re.compile(r"\+[1-9][0-9]{6,14}|MG[0-9a-fA-F]{32}")
SHAPE = "twilio://ACCOUNT:TOKEN@api.twilio.com?from=+15550001111"
Route = tuple[tuple[str, str], ...]


def read() -> tuple[Route, str]:
    """Return the route, () where texts are not sent, and the country of numbers without one."""
    source = environ.Env()
    url, region = _text(source, "SMS_URL"), _text(source, "SMS_REGION").upper()
    problems = [f"SMS_URL {problem}; it looks like {SHAPE}." for problem in problems_of(url)]
    if region and region not in phonenumbers.SUPPORTED_REGIONS:
        problems.append(f"SMS_REGION {region!r} is no country's two letters, such as GB.")
    if problems:
        raise ImproperlyConfigured("cxapp cannot start. " + " ".join(problems))
    return route_of(url), region


def route_of(url: str) -> Route:
    """The parts of a checked URL."""
    if not url:
        return ()
    parts, said = urlsplit(url), _said(url)
    port = f":{parts.port}" if parts.port else ""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return (
        ("base_url", f"{SCHEMES[parts.scheme]}://{host}{port}"),
        ("account", unquote(parts.username or "")),
        ("password", unquote(parts.password or "")),
        ("sender", said["from"]),
        ("timeout", said.get("timeout", "30")),
        ("rate", said.get("rate", "0")),
    )


def problems_of(url: str) -> list[str]:
    """What is wrong with the URL, never quoting it: it holds the account's secret."""
    if not url:
        return []
    try:
        parts, said = urlsplit(url), _said(url)
        parts.port  # noqa: B018  (read to see whether it is one)
    except ValueError:
        return ["cannot be read"]
    faults = {
        "does not begin with twilio://": parts.scheme not in SCHEMES,
        "is unencrypted and leaves this machine": parts.scheme == "twilio+http"
        and parts.hostname not in HERE,
        "names no host": not parts.hostname,
        "names no account and token": not parts.username or not parts.password,
        "says no number as from=": not SENDER.fullmatch(said.get("from", "")),
        "has a timeout or rate that is no number": not all(
            _is_number(said.get(name, "1")) for name in ("timeout", "rate")
        ),
    }
    return [fault for fault, holds in faults.items() if holds]


def _said(url: str) -> dict[str, str]:
    # A plus sign stands for itself here: it begins the sender's number.
    query = urlsplit(url).query.replace("+", "%2B")
    return {name: values[-1] for name, values in parse_qs(query).items()}


def _text(source: environ.Env, name: str) -> str:
    value: str = source.str(name, default="")
    return value.strip()


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text))
