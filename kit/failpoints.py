"""Points where a test may kill, stop, delay or fail this program; elsewhere they do nothing.

Only a process started with CXAPP_FAILPOINTS=1 has them: in every other one each point is a call
of an empty function. What happens where is then read from CXAPP_FAILPOINT at each point anew,
such as `email.before_fence=kill` or `smtp.body=sleep:2,fold.counted=raise`.
"""

import os
import signal
import time

from django.conf import settings

ORDERS = "CXAPP_FAILPOINT"


class Injected(Exception):
    """Raised because somebody asked for it."""


def obey(name: str) -> None:
    """Do what the environment says about this point, if it says anything."""
    for order in os.environ.get(ORDERS, "").split(","):
        point, _, deed = order.strip().partition("=")
        if point == name:
            _do(deed, name)


def _do(deed: str, name: str) -> None:
    what, _, seconds = deed.partition(":")
    match what:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        case "sleep":
            time.sleep(float(seconds))
        case "raise":
            raise Injected(name)
        case _:
            raise ValueError(f"{ORDERS}: {name} cannot {deed!r}")


def ignore(name: str) -> None:
    """Do nothing."""


# Decided once, when this module is read: what serves customers asks for nothing.
failpoint = obey if settings.FAILPOINTS else ignore
