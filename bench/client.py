"""One small HTTP client for both sides: keep-alive sockets, prepared bytes, no library's cost."""

import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class Refused(RuntimeError):
    """The server answered with a status that the measurement does not expect."""


@dataclass(frozen=True)
class Exchange:
    """The bytes of one request and the status that must answer it."""

    request: bytes
    status: int


def get(host: str, path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n\r\n".encode()


def post(host: str, path: str, form: str) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(form)}\r\n\r\n{form}"
    ).encode()


def rate(port: int, steps: Sequence[Sequence[Exchange]], *, connections: int = 4) -> float:
    """Play every step list once over several connections; return step lists per second."""
    feed = _Feed(iter(steps))
    errors: list[BaseException] = []
    threads = [
        threading.Thread(target=_play, args=(port, feed, errors)) for _ in range(connections)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return len(steps) / (time.perf_counter() - begun)


class _Feed:
    """Hands out the work in small portions, so that threads do not wait for each other."""

    def __init__(self, steps: Iterator[Sequence[Exchange]]) -> None:
        self.steps = steps
        self.lock = threading.Lock()

    def portion(self) -> list[Sequence[Exchange]]:
        with self.lock:
            return list(islice(self.steps, 8))


def _play(port: int, feed: _Feed, errors: list[BaseException]) -> None:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while portion := feed.portion():
                for exchange in (each for step in portion for each in step):
                    exchange_on(connection, exchange)
    except BaseException as error:  # noqa: BLE001  (shown by the thread that waits)
        errors.append(error)


def exchange_on(connection: socket.socket, exchange: Exchange) -> None:
    """Send the request, read the whole answer; raises Refused for another status."""
    connection.sendall(exchange.request)
    answer = _read(connection)
    status = int(answer[9:12])
    if status != exchange.status:
        raise Refused(f"{status} instead of {exchange.status}: {answer[:600]!r}")


def _read(connection: socket.socket) -> bytes:
    answer = connection.recv(65536)
    while b"\r\n\r\n" not in answer:
        answer += _more(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    while not _is_whole(head, body):
        body += _more(connection)
    return head


def _is_whole(head: bytes, body: bytes) -> bool:
    if b"\r\ntransfer-encoding: chunked" in head.lower():
        return body.endswith(b"0\r\n\r\n")
    length = _LENGTH.search(head)
    return len(body) >= (int(length.group(1)) if length else 0)


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(65536)
    if not chunk:
        raise Refused("the server closed the connection")
    return chunk
