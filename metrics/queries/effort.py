"""How long figures took that no cell holds, so that a page can say what would make it fast."""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from metrics.queries.sources import Source, Way


@dataclass
class Effort:
    """Seconds spent on rows outside the cells since somebody began to watch."""

    seconds: float = 0.0
    in_answers: bool = False


_watched: ContextVar[Effort | None] = ContextVar("effort", default=None)


@contextmanager
def watching() -> Iterator[Effort]:
    """Add up what the figures read inside cost."""
    effort = Effort()
    mark = _watched.set(effort)
    try:
        yield effort
    finally:
        _watched.reset(mark)


def spent() -> Effort:
    """What was spent so far; nothing where nobody watches."""
    return _watched.get() or Effort()


@contextmanager
def measured(*found: Source) -> Iterator[None]:
    """Time a statement; what comes from cells costs nothing worth telling."""
    effort = _watched.get()
    if effort is None or all(one.in_cells for one in found):
        yield
        return
    begun = time.perf_counter()
    yield
    effort.seconds += time.perf_counter() - begun
    effort.in_answers |= any(one.way is Way.ANSWERS for one in found)


@contextmanager
def counted_by_rows(segments: Collection[object]) -> Iterator[None]:
    """Time what a page counts from rows because segments narrow it."""
    effort, begun = _watched.get(), time.perf_counter()
    yield
    if effort is not None and segments:
        effort.seconds += time.perf_counter() - begun
