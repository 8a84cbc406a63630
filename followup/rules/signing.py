"""Signatures by the Standard Webhooks specification: HMAC-SHA256 with a shared secret."""

import base64
import hmac
from collections.abc import Sequence

PREFIX = "whsec_"
BYTES = 32


def written(key: bytes) -> str:
    """Return the secret as people copy it."""
    return PREFIX + base64.b64encode(key).decode()


def headers(
    *, webhook_id: str, timestamp: int, body: bytes, secrets: Sequence[str]
) -> dict[str, str]:
    """Return the three headers; during a rotation several secrets sign, the newest first."""
    signed = b".".join([webhook_id.encode(), str(timestamp).encode(), body])
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_mac(one, signed)}" for one in secrets),
    }


def _mac(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
