"""An open load: requests leave by a timetable, whether or not the ones before have come back."""

import socket
import threading
import time
from collections.abc import Sequence
from itertools import count

from bench.client import Exchange, exchange_on

CONNECTIONS = 32  # more than ever wait at half a server's capacity


def latencies(
    port: int, exchanges: Sequence[Exchange], *, rate: float, connections: int = CONNECTIONS
) -> list[float]:
    """Seconds from each request's place in the timetable to its whole answer, in that order.

    Counted from when it should have left, not from when it did: while a server stalls, a client
    that waits for it would ask less and measure one long answer instead of all that were late.
    """
    took = [0.0] * len(exchanges)
    errors: list[BaseException] = []
    places, begun = count(), [0.0]
    ready = threading.Barrier(connections, action=lambda: begun.append(time.perf_counter()))

    def play() -> None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                ready.wait(30)
                while (place := next(places)) < len(exchanges):
                    due = begun[-1] + place / rate
                    time.sleep(max(0.0, due - time.perf_counter()))
                    exchange_on(connection, exchanges[place])
                    took[place] = time.perf_counter() - due
        except BaseException as error:  # noqa: BLE001  (shown by the thread that waits)
            errors.append(error)

    threads = [threading.Thread(target=play) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return took


def p99(values: Sequence[float]) -> float:
    """The value that 99 of 100 do not exceed."""
    return sorted(values)[-(-99 * len(values) // 100) - 1]
