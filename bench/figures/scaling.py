"""Whether a second worker process hands over nearly as much again where the server is far."""

import multiprocessing
import multiprocessing.synchronize
import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from django.db import connections

from accounts.actions.handover import Worker, hand_over
from bench.figures.handover import queue
from bench.results import Figure
from bench.setting import Setting
from kit import clock, tenancy
from kit.mail.smtp import Route, SmtpTransport
from surveys.actions.delivering import Messages
from surveys.models import Message
from tests.chaos.sink import Sink

LATENCY = 0.02


def handover_scaling(setting: Setting) -> Figure:
    """Mails per second of two worker processes over those of one, to a server 20 ms away."""
    count = 80 if setting.is_short else 200
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        sink = stack.enter_context(Sink(Path(folder) / "sink.jsonl", latency=LATENCY))
        taken = [(_rate(setting, sink, 1, count), _rate(setting, sink, 2, count)) for _ in range(3)]
        arrived = [mail.message_id for mail in sink.stored()]
    if len(arrived) != 6 * count or len(set(arrived)) != len(arrived):
        raise RuntimeError(f"{len(arrived)} of {6 * count} mails arrived")
    runs = [two / one for one, two in taken]
    return Figure(
        name="handover_scaling",
        value=median(runs),
        unit="of one process's rate",
        must=1.7,
        goal=1.9,
        better="higher",
        runs=runs,
        setup=f"{count} mails each, a server that answers each verb after {LATENCY * 1000:.0f} ms;"
        f" one process {median(one for one, _ in taken):.0f}/s",
    )


def _rate(setting: Setting, sink: Sink, processes: int, count: int) -> float:
    queue(setting, count)
    connections.close_all()
    ready = multiprocessing.get_context("fork").Barrier(processes + 1)
    children = [_start(sink.port, ready) for _ in range(processes)]
    ready.wait()
    begun = time.perf_counter()
    for child in children:
        _, status = os.waitpid(child, 0)
        if status:
            raise RuntimeError(f"a worker ended with {status}")
    took = time.perf_counter() - begun
    with tenancy.organisation(setting.company.organisation_id):
        sent = Message.objects.filter(state="sent").update(state="cancelled")
    if sent != count:
        raise RuntimeError(f"{sent} of {count} mails were sent")
    return count / took


def _start(port: int, ready: multiprocessing.synchronize.Barrier) -> int:
    """Fork a worker that waits for the others, then hands over until nothing is due."""
    if child := os.fork():
        return child
    code = 1
    try:
        transport = SmtpTransport(Route("127.0.0.1", port))
        worker = Worker(transport=transport, clock=clock.now)
        ready.wait()
        # Batches as small as a busy queue's share: one must not take all there is.
        while hand_over(outbox=Messages(), worker=worker, limit=5):
            pass
        transport.close()
        code = 0
    finally:
        os._exit(code)
