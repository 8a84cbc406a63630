"""Who changes something: a member at a screen, a program with a key, or the command line."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The one behind a change; the name stays readable when the row behind it is gone."""

    name: str
    user_id: int | None = None
    api_key_id: int | None = None
    ip: str | None = None


COMMAND_LINE = Actor(name="command line")
