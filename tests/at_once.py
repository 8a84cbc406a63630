"""Two at once: an act on a connection of its own, and waiting until it surely came second."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, sleep

from django.db import connection


@contextmanager
def elsewhere():
    """Runs acts on connections of their own."""

    def done(act):
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        yield lambda act: pool.submit(done, act)


def until_somebody_waits():
    """Wait until another session of ours waits for a lock, so that it surely came second."""
    end = monotonic() + 10
    while monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
        sleep(0.01)
    raise AssertionError("nobody waited")
