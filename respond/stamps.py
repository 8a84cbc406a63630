"""Signed times: when a form was shown, and that somebody has just finished."""

from datetime import UTC, datetime, timedelta

from kit import tokens

QUESTION = "shown"
ONCE_MORE = "once more"
THANKS = "thanks"
NOT_ME = "not me"
NOT_ME_DONE = "not me, done"


def stamp(purpose: str, token: str, now: datetime) -> str:
    """A text that only we can make, for this link, purpose and time."""
    return tokens.sign(f"{purpose}:{token}", int(now.timestamp() * 1000))


def age(purpose: str, token: str, text: str, now: datetime) -> timedelta | None:
    """How old the stamp is; None if it is none of ours for this link and purpose."""
    stamped = tokens.read(f"{purpose}:{token}", text)
    if stamped is None:
        return None
    return now - datetime.fromtimestamp(stamped / 1000, tz=UTC)
