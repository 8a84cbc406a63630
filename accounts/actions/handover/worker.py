"""Who drains: over which way out, by which clock, and for how long it may keep what it took."""

import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.transport import Transport

MARGIN = timedelta(seconds=60)


def _wait(seconds: float) -> None:
    if seconds > 0:
        time.sleep(seconds)


@dataclass(frozen=True)
class Worker:
    """Who drains, over which way out, by which clock."""

    transport: Transport
    clock: Callable[[], datetime]
    wait: Callable[[float], None] = _wait
    lease: timedelta = timedelta(seconds=120)
    margin: timedelta = MARGIN
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}"[:80])
