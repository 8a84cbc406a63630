"""What the worker is woken for: reacting to what has happened."""

import time

from celery import shared_task

from events.dispatching import BATCH, dispatch_due
from kit import clock

SECONDS = 20  # a wake-up works this long at most; the next one is never far


@shared_task(name="events.dispatch")
def dispatch() -> int:
    """React to all that was due at the wake-up; return how many deliveries were claimed."""
    until, done = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        claimed = dispatch_due(now=clock.now())
        done += claimed
        # What comes meanwhile waits for the next wake-up: counted two seconds' worth at a time,
        # answers cost a fraction of what they cost one by one.
        if claimed < BATCH:
            break
    return done
