"""Who a company's own server says its visitor is: a signed text, believed for a day at most.

The form is a JSON Web Token signed with HMAC-SHA256 (RFC 7519), which every language can write.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kit.texts import is_line
from surveys.rules.cells import ADDRESS

LONGEST_TEXT = 2000
LONGEST_LIFE = timedelta(days=1)
LONGEST = {"sub": 120, "email": 254, "name": 200}


class NotBelieved(ValueError):
    """Why it counts as unsigned; the reason tells nothing of the secret."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer as another system names her."""

    external_id: str
    email: str
    name: str


def read_identity(text: str, secrets: Sequence[str], now: datetime) -> Identity:
    """Return who was signed for under one of the secrets, or raise NotBelieved."""
    if len(text) > LONGEST_TEXT or not text.isascii() or text.count(".") != 2:
        raise NotBelieved("It is no signed identity.")
    signed, _, signature = text.rpartition(".")
    # All are compared, and each in a time that tells nothing of where it differs.
    fits = [hmac.compare_digest(_signature(signed, secret), signature) for secret in secrets]
    if not any(fits):
        raise NotBelieved("The signature is not of this widget's secret.")
    header, claims = (_object(part) for part in signed.split("."))
    if header.get("alg") != "HS256":
        raise NotBelieved("It has to say that it is signed by HS256.")
    _check_life(claims.get("exp"), now)
    return _identity(claims)


def sign_identity(claims: dict[str, Any], secret: str) -> str:
    """Return the text as a company's server makes it."""
    header = _text({"alg": "HS256", "typ": "JWT"})
    signed = f"{header}.{_text(claims)}"
    return f"{signed}.{_signature(signed, secret)}"


def _signature(signed: str, secret: str) -> str:
    return _letters(hmac.digest(secret.encode(), signed.encode(), "sha256"))


def _text(value: dict[str, Any]) -> str:
    return _letters(json.dumps(value, separators=(",", ":")).encode())


def _letters(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _object(part: str) -> dict[str, Any]:
    try:
        read = json.loads(base64.b64decode(part + "=" * (-len(part) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as wrong:
        raise NotBelieved("It cannot be read.") from wrong
    if not isinstance(read, dict):
        raise NotBelieved("It cannot be read.")
    return read


def _check_life(expires: Any, now: datetime) -> None:
    if isinstance(expires, bool) or not isinstance(expires, int | float):
        raise NotBelieved("It has to say when it expires (exp).")
    # Said so that what is no finite number, or too large for one, is refused as well.
    if not expires <= now.timestamp() + LONGEST_LIFE.total_seconds():
        raise NotBelieved("It may live for a day at most.")
    if expires <= now.timestamp():
        raise NotBelieved("It has expired.")


def _identity(claims: dict[str, Any]) -> Identity:
    said = {name: claims.get(name) or "" for name in LONGEST}
    for name, most in LONGEST.items():
        value = said[name]
        if not isinstance(value, str) or len(value) > most or (value and not is_line(value)):
            raise NotBelieved(f"Its {name} is no text of at most {most} characters.")
    email = said["email"].strip()
    if email and not ADDRESS.fullmatch(email):
        raise NotBelieved("Its email is no address.")
    if not said["sub"].strip() and not email:
        raise NotBelieved("It has to name somebody (sub or email).")
    return Identity(said["sub"].strip(), email, said["name"].strip())
