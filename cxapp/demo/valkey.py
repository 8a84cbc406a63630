"""Whether the demo may use this Valkey: an empty one, or one that carries its mark."""

from collections.abc import Iterator
from contextlib import contextmanager

import redis
from django.conf import settings

MARK = "cxapp-demo"


def claim() -> bool:
    """Mark both databases, wake-ups and cache; False when one of them is somebody else's."""
    with _databases() as databases:
        if any(each.dbsize() and not each.exists(MARK) for each in databases):
            return False
        for each in databases:
            each.set(MARK, 1)
        return True


def forget() -> None:
    """Empty what carries the mark."""
    with _databases() as databases:
        for each in databases:
            if each.exists(MARK):
                each.flushdb()


@contextmanager
def _databases() -> Iterator[list[redis.Redis]]:
    addresses = (settings.CELERY_BROKER_URL, settings.CACHES["default"]["LOCATION"])
    databases = [redis.Redis.from_url(str(each), socket_timeout=5) for each in addresses]
    try:
        yield databases
    finally:
        for each in databases:
            each.close()
