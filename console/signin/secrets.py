"""How allauth keeps the secrets of authenticator apps: encrypted with a key of their own."""

from allauth.mfa.adapter import DefaultMFAAdapter

from kit import boxes

PURPOSE = "authenticator apps"


class CodeSecretsAdapter(DefaultMFAAdapter):
    """A dump of the database alone makes no codes; earlier keys still open what they closed."""

    def encrypt(self, text: str) -> str:
        return boxes.lock(PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        return boxes.unlock(PURPOSE, encrypted_text)
