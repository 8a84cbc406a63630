"""A process that is killed where a test says, as a server's or a worker's may be at any moment."""

import gc
import os
import sys

from django.db import connections

from kit import failpoints, recent


def ended_by(act, orders=""):
    """Fork a process that acts and obeys the orders; return the signal it died of, else 0.

    Whatever it raises ends it with 1: a forked child must never return into its parent.
    """
    return ended(begin(act, orders))


def begin(act, orders=""):
    """Fork a process that acts and obeys the orders; return its id."""
    gc.collect()  # what a test dropped must not live on in the child
    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        _forget_databases()
        recent.forget_connection()
        _listen(orders)
        act()
    except BaseException:  # noqa: BLE001
        os._exit(1)
    os._exit(0)


def ended(child):
    """Wait until the process is over; return the signal it died of, else 0 or 1."""
    status = os.waitpid(child, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _forget_databases():
    """Leave the parent's connections to the parent: one that both use outlives the child's death.

    `close_all` above does not see them all. Once Playwright's loop runs in a thread, Django keeps
    its connections apart from those of before; the child has no loop and would find the old ones.
    """
    for one in connections.all(initialized_only=True):
        del connections[one.alias]


def _listen(orders):
    """Bring the points to life, which are empty functions in the process of a test."""
    os.environ[failpoints.ORDERS] = orders
    for module in list(sys.modules.values()):
        if getattr(module, "__dict__", {}).get("failpoint") is failpoints.ignore:
            module.failpoint = failpoints.obey
