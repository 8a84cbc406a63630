"""Signed and random tokens: base62, links rebuilt from an id, secrets that are shown once."""

import hashlib
import hmac
import secrets
import string
import zlib
from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
MAC_LENGTH = 22  # base62 characters that hold 128 bits
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


def base62(number: int, width: int = 1) -> str:
    """Write a non-negative number in base62, padded with zeros to `width`."""
    letters = ""
    while number:
        number, rest = divmod(number, 62)
        letters = ALPHABET[rest] + letters
    return letters.rjust(width, "0")


def _number(letters: str) -> int | None:
    number = 0
    for letter in letters:
        if letter not in _VALUES:
            return None
        number = number * 62 + _VALUES[letter]
    return number


def _mac(key: bytes, purpose: str, row_id: int) -> str:
    digest = hmac.digest(key, f"{purpose}:{row_id}".encode(), "sha256")
    return base62(int.from_bytes(digest[:16]), MAC_LENGTH)


def sign(purpose: str, row_id: int) -> str:
    """Return the token of a row: its id in base62 and 128 bits of HMAC. Nothing need be stored."""
    return base62(row_id) + _mac(settings.TOKEN_KEYS[0], purpose, row_id)


def read(purpose: str, token: str) -> int | None:
    """Return the row's id if the token was signed by us, under the present or an earlier key."""
    row_id = _number(token[:-MAC_LENGTH]) if MAC_LENGTH < len(token) <= MAC_LENGTH + 11 else None
    if row_id is None or row_id >= 2**63 or not token.isascii():
        return None
    if base62(row_id) != token[:-MAC_LENGTH]:  # a leading zero would be a second address
        return None
    macs = [_mac(key, purpose, row_id) for key in settings.TOKEN_KEYS]
    fits = [hmac.compare_digest(mac, token[-MAC_LENGTH:]) for mac in macs]
    return row_id if any(fits) else None


def sealed(purpose: str, text: str, keys: Sequence[bytes] = ()) -> list[str]:
    """Keyed hashes of the text, the present key's first: found again, read by nobody."""
    return [
        hmac.digest(key, f"{purpose}:{text}".encode(), "sha256").hex()
        for key in keys or settings.TOKEN_KEYS
    ]


@lru_cache(maxsize=16)
def name_of_key(key: bytes) -> str:
    """Six letters that tell keys apart and tell nothing of the key."""
    return hmac.digest(key, b"which key is this", "sha256").hex()[:6]


def same(one: str, other: str) -> bool:
    """Compare two secrets in a time that tells nothing of where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def random_letters(length: int) -> str:
    # One draw for all of them: a draw for each letter was a tenth of what asking somebody cost.
    return base62(secrets.randbelow(62**length), length)


def digest(secret: str) -> str:
    """SHA-256 of a secret of at least 112 bits, which needs no slow hash (ASVS 6.5.2)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def checksum(text: str) -> str:
    """Six base62 characters of CRC-32, so that a scanner for leaked keys finds no false ones."""
    return base62(zlib.crc32(text.encode()), 6)
