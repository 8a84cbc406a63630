"""Counts of requests and tasks: added up in each process, handed to Valkey every few seconds.

An installation is many processes (workers of the web server, of Celery, on one machine or more),
and whoever asks for the metrics reaches one of them. So no process keeps counts of its own: what
it added goes into one hash, and any process can tell of all. Losing Valkey begins the counts at
zero, which Prometheus takes for what it is; while it is away they wait here.
"""

import os
import time
from bisect import bisect_left
from collections import Counter
from threading import Lock, Thread

import redis
from django.conf import settings

EVERY = 5.0  # seconds between two handings over
HASH = "cx:metrics"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
BREAK = "\x1f"  # between the parts of a name; no label holds it


class Counts:
    """What this process has added and not yet handed over."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._added: Counter[str] = Counter()
        self._process = 0

    def add(self, *names: str, by: int = 1) -> None:
        """Count something under its names."""
        name = BREAK.join(names)
        with self._lock:
            self._added[name] += by
            if os.getpid() != self._process:
                self._begin(name, by)

    def observe(self, *names: str, seconds: float) -> None:
        """Count a duration: into its bucket, and into the sum in microseconds."""
        name = BREAK.join(names)
        self.add(name, f"le{bisect_left(BUCKETS, seconds)}")
        self.add(name, "sum", by=round(seconds * 1e6))

    def hand_over(self) -> None:
        """Add to what all processes share; what cannot be handed over waits."""
        with self._lock:
            added, self._added = self._added, Counter()
        if not added:
            return
        try:
            with valkey() as client, client.pipeline(transaction=True) as pipe:
                for name, by in added.items():
                    pipe.hincrby(HASH, name, by)
                pipe.execute()
        except redis.RedisError:
            with self._lock:
                self._added.update(added)

    def _begin(self, name: str, by: int) -> None:
        """In a process that was forked, what its parent had added is the parent's."""
        if self._process:
            self._added = Counter({name: by})
        self._process = os.getpid()
        Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(EVERY)
            self.hand_over()


COUNTS = Counts()


def valkey() -> redis.Redis:
    address = str(settings.CACHES["default"]["LOCATION"])
    return redis.Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1)


def shared() -> dict[str, int]:
    """Return what all processes have handed over; raises RedisError."""
    with valkey() as client:
        return {name.decode(): int(by) for name, by in client.hgetall(HASH).items()}
