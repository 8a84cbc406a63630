"""Keyed randomness: each (seed, entity, id, purpose) owns its numbers, whatever else is drawn."""

from collections.abc import Sequence
from hashlib import blake2b
from statistics import NormalDist
from struct import unpack
from typing import TypeVar

T = TypeVar("T")
_NORMAL = NormalDist()


class Draw:
    """An endless row of uniforms for one purpose, eight to a digest."""

    __slots__ = ("_block", "_key", "_left", "_name")

    def __init__(self, key: bytes, name: str) -> None:
        self._key = key
        self._name = name
        self._block = 0
        self._left: list[int] = []

    def unit(self) -> float:
        """A uniform number in [0, 1)."""
        if not self._left:
            text = f"{self._name}\x1f{self._block}".encode()
            self._left = list(unpack("<8Q", blake2b(text, key=self._key).digest()))
            self._block += 1
        return (self._left.pop() >> 11) * 2.0**-53

    def below(self, limit: int) -> int:
        return int(self.unit() * limit)

    def chance(self, share: float) -> bool:
        return self.unit() < share

    def normal(self) -> float:
        return _NORMAL.inv_cdf(min(max(self.unit(), 1e-12), 1 - 1e-12))

    def one(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def weighted(self, options: Sequence[tuple[T, float]]) -> T:
        """One option, as likely as its weight; the weights need not add to one."""
        mark = self.unit() * sum(weight for _, weight in options)
        for option, weight in options[:-1]:
            mark -= weight
            if mark < 0:
                return option
        return options[-1][0]


class Draws:
    """All randomness of one seed. Drawing for one name never moves the numbers of another."""

    def __init__(self, seed: int) -> None:
        self._key = blake2b(f"acme-mobile:{seed}".encode(), digest_size=32).digest()

    def of(self, entity: str, ident: int | str, purpose: str) -> Draw:
        return Draw(self._key, f"{entity}\x1f{ident}\x1f{purpose}")
