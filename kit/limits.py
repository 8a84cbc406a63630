"""So many in so long, counted exactly for all processes together; kept in Valkey alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis.exceptions import NoScriptError

from kit import recent
from kit.tokens import random_letters

# One script is one moment: of fifty at once exactly as many are let in as there is room for.
# Whoever is refused by one limit takes nothing of the others.
TAKE = """
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local wait, left, again = 0, -1, 0
    for i, key in ipairs(KEYS) do
        local most, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
        redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
        local taken = redis.call('ZCARD', key)
        local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
        local over = (oldest[2] or now) + window - now
        if taken >= most then wait = math.max(wait, over) end
        if left < 0 or most - taken < left then left, again = most - taken, over end
    end
    if wait > 0 then return {wait, 0, wait} end
    for i, key in ipairs(KEYS) do
        redis.call('ZADD', key, now, ARGV[1])
        redis.call('PEXPIRE', key, ARGV[2 * i + 1])
    end
    return {0, left - 1, again}
"""
NAME = hashlib.sha1(TAKE.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many of a subject within any window of so many seconds."""

    subject: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Room:
    """What the narrowest limit says: seconds to wait (0: let in), what is left, when more is."""

    wait: float
    left: int
    again: float


def take(limits: Sequence[Limit]) -> float | None:
    """Take one of each limit: 0 if there was room, else the seconds until there is.

    None where nobody can say: the caller decides what that means.
    """
    room = room_in(limits)
    return None if room is None else room.wait


def room_in(limits: Sequence[Limit]) -> Room | None:
    """Take one of each limit and say how much room is left; None where nobody can say."""
    keys = [recent.key_of(f"limit:{one.subject}") for one in limits]
    sizes = [size for one in limits for size in (one.most, one.seconds * 1000)]
    values: list[str | int] = [random_letters(12), *sizes]
    told = recent.ask(lambda: _run(keys, values))
    if told is None:
        return None
    wait, left, again = (int(each) for each in told)
    return Room(wait / 1000, left, again / 1000)


def _run(keys: list[str], values: list[str | int]) -> Any:
    """Ask by the script's name; a Valkey that has not seen it is shown it."""
    valkey = recent.valkey()
    try:
        return valkey.evalsha(NAME, len(keys), *keys, *values)
    except NoScriptError:
        return valkey.eval(TAKE, len(keys), *keys, *values)
