"""The ways a question reaches somebody, and which of them a programme takes for whom."""

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """How one invitation reaches its customer."""

    EMAIL = "email"
    SMS = "sms"
    LINK = "link"  # handed over by whoever asked for it: in a chat, on a receipt

    @property
    def label(self) -> str:
        return {"email": "E-mail", "sms": "Text message", "link": "Personal link"}[self]


class Preference(StrEnum):
    """What a programme prefers."""

    EMAIL = "email"
    SMS = "sms"
    SMS_ELSE_EMAIL = "sms_else_email"

    @property
    def label(self) -> str:
        return {
            "email": "By e-mail",
            "sms": "By text message; whoever has no mobile number is not asked",
            "sms_else_email": "By text message, else by e-mail",
        }[self]


@dataclass(frozen=True, slots=True)
class Way:
    """The channel that is taken, and the key of the address it leads to ("" for none)."""

    channel: Channel
    key: str


def way_for(preference: str, *, email_key: str, phone_key: str) -> Way:
    """Return the way a programme takes to somebody; its key is empty where there is no address."""
    if preference == Preference.EMAIL:
        return Way(Channel.EMAIL, email_key)
    if phone_key or preference == Preference.SMS:
        return Way(Channel.SMS, phone_key)
    return Way(Channel.EMAIL, email_key)
