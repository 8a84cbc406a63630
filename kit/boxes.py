"""Texts that only we can read again: secrets that have to be used, not only compared."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Locked(ValueError):
    """No key of ours opens it: it was changed, or its key was taken away."""


def lock(purpose: str, text: str) -> str:
    """Encrypt under the present key; a dump of the database alone tells nothing."""
    return _box(purpose).encrypt(text.encode()).decode()


def unlock(purpose: str, locked: str) -> str:
    """Decrypt what the present or an earlier key locked for this purpose, or raise Locked."""
    try:
        return _box(purpose).decrypt(locked.encode()).decode()
    except InvalidToken as refused:
        raise Locked(purpose) from refused


def _box(purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(purpose, key)) for key in settings.TOKEN_KEYS])


def _derived(purpose: str, key: bytes) -> bytes:
    digest = hashlib.sha256(purpose.encode() + b":" + key).digest()
    return base64.urlsafe_b64encode(digest)
