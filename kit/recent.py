"""What was seen within the last minute, kept in Valkey alone: it may be lost and nothing breaks."""

import hashlib
import hmac
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import redis
from django.conf import settings

Answer = TypeVar("Answer")

PATIENCE = 0.2  # seconds; a customer does not wait for what may be lost
PAUSE = 5.0  # seconds to leave a Valkey alone that did not answer
_silent_until = 0.0  # one pause for the whole process


def note(subject: str, value: str, seconds: int) -> None:
    """Remember that `value` was seen of `subject`, for `seconds` from now.

    It is told and not waited for: a page is shown a seventh sooner, and a note may be lost.
    """
    key = key_of(subject)
    ask(lambda: _tell(("SADD", key, value), ("EXPIRE", key, seconds)))


def count(subject: str) -> int | None:
    """How many different values were seen of `subject` lately; None if nobody can say."""
    return ask(lambda: valkey().scard(key_of(subject)))


def key_of(subject: str) -> str:
    """A keyed hash: what is in Valkey opens no survey."""
    digest = hmac.new(settings.TOKEN_KEYS[0], f"recent:{subject}".encode(), hashlib.sha256)
    return f"cx:recent:{digest.hexdigest()[:32]}"


def _tell(*commands: tuple[str | int, ...]) -> None:
    pool = _mute().connection_pool
    connection: Any = pool.get_connection()  # the client types no connection
    try:
        connection.send_packed_command(connection.pack_commands(commands))
    finally:
        pool.release(connection)


def ask(question: Callable[[], Answer]) -> Answer | None:
    """Return what Valkey answers; None if it does not, and for some seconds after that."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return None
    try:
        return question()
    except redis.RedisError:
        _silent_until = time.monotonic() + PAUSE
        return None


def forget_connection() -> None:
    """Ask anew at once, also after a pause: the address has changed."""
    global _silent_until
    _silent_until = 0.0
    valkey.cache_clear()
    _mute.cache_clear()


@lru_cache(maxsize=1)
def valkey() -> redis.Redis:
    """The server behind `ask`."""
    return _client()


@lru_cache(maxsize=1)
def _mute() -> redis.Redis:
    """A client whose server answers nothing, so that nothing need be read."""

    def connected(connection: Any) -> None:
        connection.on_connect()
        connection.send_command("CLIENT", "REPLY", "OFF")

    return _client(redis_connect_func=connected)


def _client(**others: Any) -> redis.Redis:
    return redis.Redis.from_url(
        _address(), socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, **others
    )


def _address() -> str:
    return str(settings.CACHES["default"]["LOCATION"])
