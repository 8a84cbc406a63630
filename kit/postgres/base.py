"""The backend that Django loads by the name `kit.postgres`."""

import time

from django.db.backends.postgresql import base

TRUSTED = 5.0  # seconds


class DatabaseWrapper(base.DatabaseWrapper):
    """Trusts a connection that lived a few seconds ago.

    Django asks with a statement of its own before each request, which is half of what a survey
    page costs. After a restart of PostgreSQL each kept connection fails at most one request of
    the first five seconds: Django drops it at once because of the error.
    """

    health_check_done: bool
    seen_alive_at = float("-inf")

    def close_if_health_check_failed(self) -> None:
        if self.connection is None or self.health_check_done:
            return
        now = time.monotonic()
        if now - self.seen_alive_at < TRUSTED:
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self.seen_alive_at = now
