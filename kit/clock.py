"""The one place that reads the clock; doors, tasks and commands ask it and pass `now` on."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(tz=UTC)
