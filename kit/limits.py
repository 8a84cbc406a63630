"""So many in so long, counted exactly for all processes together; kept in Valkey alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit import recent
from kit.tokens import random_letters

# One script is one moment: of fifty at once exactly as many are let in as there is room for.
# Whoever is refused by one limit takes nothing of the others.
TAKE = """
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local wait = 0
    for i, key in ipairs(KEYS) do
        local most, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
        redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
        if redis.call('ZCARD', key) >= most then
            local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
            wait = math.max(wait, oldest[2] + window - now)
        end
    end
    if wait > 0 then return wait end
    for i, key in ipairs(KEYS) do
        redis.call('ZADD', key, now, ARGV[1])
        redis.call('PEXPIRE', key, ARGV[2 * i + 1])
    end
    return 0
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many of a subject within any window of so many seconds."""

    subject: str
    most: int
    seconds: int


def take(limits: Sequence[Limit]) -> float | None:
    """Take one of each limit: 0 if there was room, else the seconds until there is.

    None where nobody can say: the caller decides what that means.
    """
    keys = [recent.key_of(f"limit:{one.subject}") for one in limits]
    sizes = [size for one in limits for size in (one.most, one.seconds * 1000)]
    values: list[str | int] = [*keys, random_letters(12), *sizes]
    waited = recent.ask(lambda: recent.valkey().eval(TAKE, len(keys), *values))
    return None if waited is None else int(waited) / 1000
