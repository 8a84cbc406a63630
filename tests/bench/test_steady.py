"""The open load: late answers are counted as late, also those that were asked for meanwhile."""

import socketserver
import threading
import time
from contextlib import contextmanager

import pytest

from bench.client import Exchange, Refused, get
from bench.steady import latencies, p99

STALL = 0.4
RATE = 200


@contextmanager
def server(answer=b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", stalls_at=None):
    """Answers at once, but for one request, at which the whole of it stands still for a while."""
    asked, door = [], threading.Lock()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            while self.request.recv(4096):
                with door:
                    asked.append(time.perf_counter())
                    if len(asked) == stalls_at:
                        time.sleep(STALL)
                self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as tcp:
        tcp.daemon_threads = True
        threading.Thread(target=tcp.serve_forever, daemon=True).start()
        yield tcp.server_address[1], asked
        tcp.shutdown()


def asks(count):
    return [Exchange(get("127.0.0.1", "/"), 200)] * count


def test_a_stall_makes_everybody_late_who_came_meanwhile():
    with server(stalls_at=50) as (port, _):
        took = latencies(port, asks(200), rate=RATE)
    late = [place for place, seconds in enumerate(took) if seconds > 0.1]
    # Those of 0.3 s: a client that waits for its answer would have found a handful.
    assert len(late) > 0.7 * (STALL - 0.1) * RATE
    assert max(took) > 0.9 * STALL
    assert took[0] < STALL / 2


def test_requests_leave_by_the_timetable():
    with server() as (port, asked):
        latencies(port, asks(100), rate=RATE)
    assert len(asked) == 100
    assert max(asked) - min(asked) == pytest.approx(99 / RATE, rel=0.3)


def test_another_status_ends_the_measurement():
    with (
        server(b"HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n") as (port, _),
        pytest.raises(Refused),
    ):
        latencies(port, asks(3), rate=RATE)


def test_p99_is_what_99_of_100_do_not_exceed():
    assert p99(range(1, 101)) == 99
    assert p99(range(1, 1001)) == 990
    assert p99([7.0]) == 7.0
