"""A bounded number of places in this process: whoever finds none is told so and does not wait."""

from threading import BoundedSemaphore


class NoPlace(RuntimeError):
    """All places are taken."""


class Place:
    """One place that was taken; given back once, at the latest when nobody holds it any more."""

    def __init__(self, places: BoundedSemaphore) -> None:
        self._places: BoundedSemaphore | None = places

    def give_back(self) -> None:
        places, self._places = self._places, None
        if places is not None:
            places.release()

    def __del__(self) -> None:
        # A server that drops an answer without closing it would leave the place taken for ever.
        self.give_back()


class Places:
    """So many places, taken without waiting."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._free = BoundedSemaphore(number)

    def take(self) -> Place:
        """Take one; raises NoPlace."""
        if not self._free.acquire(blocking=False):
            raise NoPlace(self.number)
        return Place(self._free)
