"""How allauth keeps the secrets of authenticator apps: encrypted with a key of their own."""

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


class CodeSecretsAdapter(DefaultMFAAdapter):
    """A dump of the database alone makes no codes; earlier keys still open what they closed."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in settings.TOKEN_KEYS])


def _derived(key: bytes) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"authenticator apps:" + key).digest())
