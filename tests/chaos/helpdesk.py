"""A helpdesk that reports solved tickets at a steady rate and keeps what it was answered."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread

import httpx

from kit import clock

RATE = 20  # reports a second


@dataclass(frozen=True)
class Call:
    """One report to the API, as its sender saw it."""

    number: int
    at: float
    took: float
    status: int


@dataclass
class Helpdesk:
    """Reports solved tickets at a steady rate, whatever happens, and keeps every answer."""

    address: str
    headers: dict[str, str]
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.limits = httpx.Limits(max_connections=16)
        self.client = httpx.Client(base_url=self.address, headers=self.headers, timeout=20)
        self.is_over = Event()
        self.pace = Thread(target=self._work)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        self.pace.start()
        try:
            yield
        finally:
            self.is_over.set()
            self.pace.join()
            self.client.close()

    def since(self, begun: float, until: float) -> list[Call]:
        return [call for call in list(self.calls) if begun <= call.at < until]

    def _work(self) -> None:
        with ThreadPoolExecutor(16) as lines:
            begun, number = time.monotonic(), 0
            while not self.is_over.is_set():
                lines.submit(self._report, number)
                number += 1
                time.sleep(max(0.0, begun + number / RATE - time.monotonic()))

    def _report(self, number: int) -> None:
        at = time.monotonic()
        body = {
            "source_id": str(number),
            "touchpoint": "billing",
            "occurred_at": (clock.now() - timedelta(minutes=5)).isoformat(),
            "customer": {"email": f"{number}@chaos.example", "name": "Ada Okafor"},
        }
        try:
            status = self.client.post("/api/v1/interactions", json=body).status_code
        except httpx.HTTPError:
            status = 0
        self.calls.append(Call(number, at, time.monotonic() - at, status))
