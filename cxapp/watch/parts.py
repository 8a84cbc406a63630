"""Ask a part of the installation with a limit of time, however it hangs.

A frozen server keeps its connections open and answers nothing, and no driver's own timeout covers
that everywhere. So each question is asked in a thread of its own, at most one at a time: whoever
asks meanwhile waits for the same answer, and a part that hangs holds one thread, not every worker.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Generic, TypeVar

from django.db import connections

T = TypeVar("T")
FRESH = 1.0  # seconds an answer is good for: however often somebody asks, little is asked


@dataclass
class Part(Generic[T]):
    """One question that is answered in time, or with `silent`."""

    ask: Callable[[], T]
    silent: T
    _lock: Lock = field(default_factory=Lock)
    _asked: "Future[T] | None" = None
    _asked_at: float = 0.0

    def answer(self) -> "Future[T]":
        """Return the answer that is on its way, or ask anew."""
        with self._lock:
            if self._asked is None or (self._asked.done() and self._is_stale()):
                self._asked, self._asked_at = Future(), time.monotonic()
                start(_answering(self.ask, self._asked))
            return self._asked

    def forget(self) -> None:
        self._asked = None

    def _is_stale(self) -> bool:
        return time.monotonic() - self._asked_at >= FRESH


def start(work: Callable[[], None]) -> None:
    Thread(target=_then_closed(work), daemon=True).start()


def answers_of(parts: Sequence[Part[T]], *, seconds: float) -> list[T]:
    """Return what each part says, after so many seconds at the latest."""
    asked = [part.answer() for part in parts]
    wait(asked, timeout=seconds)
    return [
        future.result() if future.done() else part.silent
        for part, future in zip(parts, asked, strict=True)
    ]


def _answering(ask: Callable[[], T], into: "Future[T]") -> Callable[[], None]:
    def work() -> None:
        try:
            into.set_result(ask())
        except BaseException as error:  # noqa: BLE001  (whoever waits must not wait for ever)
            into.set_exception(error)

    return work


def _then_closed(work: Callable[[], None]) -> Callable[[], None]:
    def whole() -> None:
        try:
            work()
        finally:
            connections.close_all()

    return whole
