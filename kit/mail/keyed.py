"""Providers' backends that give each mail its key, by which a repetition is not sent twice."""

from typing import Any

from anymail.backends.resend import EmailBackend, ResendPayload


class ResendBackend(EmailBackend):
    """Anymail's, with the mail's key in the header that Resend reads."""

    def build_message_payload(self, message: Any, defaults: dict[str, Any]) -> ResendPayload:
        payload = super().build_message_payload(message, defaults)
        if key := getattr(message, "key", ""):
            payload.headers["Idempotency-Key"] = key
        return payload
