"""Worker processes that can be killed at once: forked from a process that has all loaded."""

import logging
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from accounts.actions.handover import Worker, hand_over, recover, routes
from accounts.transport import Kind, close_transport, open_transport
from cxapp.embedded.processes import ends_with_parent
from kit import clock
from kit.mail import backoff
from surveys.actions.delivering import Messages

# A storm lasts seconds; leases, retries and pauses keep their rules on a shorter scale.
LEASE = timedelta(seconds=1)
MARGIN = timedelta(seconds=0.5)
DOT_TIMEOUT = 1.0
RETRIES = tuple(timedelta(seconds=seconds) for seconds in (0.1, 0.2, 0.3, 0.5, 1, 2))


def point_at(port: int) -> None:
    """Let this process and its children hand their mails to the sink."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def hurry(port: int) -> None:
    """Point this process at the sink and shorten the waits; workers inherit both."""
    point_at(port)
    settings.EMAIL_TIMEOUT, settings.EMAIL_DOT_TIMEOUT = 1.0, DOT_TIMEOUT
    backoff.DELAYS = RETRIES
    for kind in Kind:
        routes.PAUSES[kind] = timedelta(seconds=0.1)
    logging.getLogger(routes.__name__).setLevel(logging.CRITICAL)


def product() -> int:
    """What every worker of the product does, once."""
    worker = Worker(transport=open_transport(), clock=clock.now, lease=LEASE, margin=MARGIN)
    recover(outbox=Messages(), now=clock.now())
    return hand_over(outbox=Messages(), worker=worker, limit=20)


def start(turn: Callable[[], int], *, until_empty: bool = False) -> int:
    """Fork a worker that takes turns until it is killed; return its process id."""
    connections.close_all()
    sys.stdout.flush()
    if child := os.fork():
        return child
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if go := ends_with_parent(signal.SIGKILL):
        go()  # a run that is broken off leaves nobody behind
    code = 1
    try:
        _work(turn, until_empty=until_empty)
        code = 0
    except BaseException:  # noqa: BLE001 - a forked child must never return into its parent
        traceback.print_exc()
    finally:
        os._exit(code)


def _work(turn: Callable[[], int], *, until_empty: bool) -> None:
    random.seed(os.getpid())
    close_transport()
    while True:
        try:
            taken = turn()
        except (OperationalError, InterfaceError):
            connections.close_all()
            taken = 0
        if until_empty and not taken:
            close_transport()
            return
        if not taken:
            time.sleep(0.03)


class Crew:
    """So many workers at a time; whoever is killed is replaced."""

    def __init__(self, turn: Callable[[], int], size: int) -> None:
        self.turn = turn
        self.pids = [start(turn) for _ in range(size)]
        self.kills = 0

    def kill(self, place: int) -> None:
        """SIGKILL one and put another in its place."""
        self._end(self.pids[place])
        self.kills += 1
        self.pids[place] = start(self.turn)

    def freeze_all_but_one(self, seconds: float) -> None:
        """Stop them in their tracks for longer than their leases, then let them go on."""
        for pid in self.pids[1:]:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        for pid in self.pids[1:]:
            os.kill(pid, signal.SIGCONT)

    def dismiss(self) -> None:
        while self.pids:
            self._end(self.pids.pop())

    def _end(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
