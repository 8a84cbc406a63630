"""Hands out the rows of a statement as CSV while PostgreSQL makes them, in bounded memory."""

import time
from collections.abc import Callable, Iterator
from queue import Empty, Full, Queue
from threading import Thread
from typing import Any

from django.db import connection
from django.db.models import QuerySet

PIECE = 128 * 1024  # bytes
WAITING = 4  # pieces; the statement waits while the reader has not taken these


class TooSlow(RuntimeError):
    """The rows were not all made and taken in the time that was given."""


class _Pipe:
    """What a COPY writes row by row and a reader takes piece by piece."""

    def __init__(self, until: float, cancel: Callable[[], None]) -> None:
        self.until = until
        self.cancel = cancel
        self.pieces: Queue[bytes | Exception | None] = Queue(WAITING)
        self.rows: list[bytes] = []
        self.size = 0
        self.passed = 0  # rows, in pieces that were handed on
        self.is_left = False

    def write(self, row: bytes) -> None:
        self.rows.append(row[:-1])  # COPY ends lines with LF; RFC 4180 wants CR LF
        self.size += len(row)
        if self.size > PIECE:
            self.pass_on()

    def pass_on(self) -> None:
        if self.rows:
            self.passed += len(self.rows)
            self.hand(b"\r\n".join(self.rows) + b"\r\n")
            self.rows, self.size = [], 0

    def hand(self, piece: bytes | Exception | None) -> None:
        if self.is_left:
            return
        try:
            self.pieces.put(piece, timeout=self._time_left())
        except Full:
            # Raising would leave the connection in the middle of the COPY: the statement is
            # ended instead, and what the server still sends runs into nothing.
            self.is_left = True
            self.cancel()

    def take(self) -> bytes | None:
        """Return the next piece, None after the last; raises what the statement raised."""
        try:
            piece = self.pieces.get(timeout=self._time_left())
        except Empty:
            raise TooSlow from None
        if isinstance(piece, Exception):
            raise piece
        return piece

    def leave(self) -> None:
        """Take no more; a writer that waits for a place goes on."""
        self.is_left = True
        while not self.pieces.empty():
            self.pieces.get_nowait()

    def _time_left(self) -> float:
        return max(self.until - time.monotonic(), 0.001)


def untold(_rows: int) -> None:
    """Who reads does not want to know how many rows were made."""


def copied(
    rows: "QuerySet[Any, Any]", *, seconds: float, told: Callable[[int], None] = untold
) -> Iterator[bytes]:
    """Yield the rows of a queryset as lines of CSV, without a header.

    Runs in the transaction that is open when the first piece is asked for, and must be used in
    one thread. The COPY itself runs in a thread beside it: psycopg2 pushes rows and a web server
    pulls them. Closing it early, or taking longer than `seconds`, ends the statement.
    `told` is called with the number of rows made so far, before each piece.
    """
    with connection.cursor() as cursor:
        driver = cursor.cursor
        select = driver.mogrify(*rows.query.sql_with_params()).decode()
        copy = f"COPY ({select}) TO STDOUT WITH (FORMAT csv)"
        pipe = _Pipe(time.monotonic() + seconds, driver.connection.cancel)
        worker = Thread(target=_copy, args=(driver, copy, pipe), name="copy", daemon=True)
        worker.start()
        try:
            while (piece := pipe.take()) is not None:
                told(pipe.passed)
                yield piece
        except BaseException:
            _stop(worker, pipe)
            raise
        worker.join()


def _copy(driver: Any, statement: str, pipe: _Pipe) -> None:
    try:
        driver.copy_expert(statement, pipe)
        pipe.pass_on()
        pipe.hand(None)
    except Exception as error:  # noqa: BLE001  (raised again by the thread that reads)
        pipe.hand(error)


def _stop(worker: Thread, pipe: _Pipe) -> None:
    pipe.leave()
    while worker.is_alive():
        pipe.cancel()
        worker.join(timeout=0.05)
