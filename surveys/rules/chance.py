"""Who is drawn: the same person on the same occasion always gets the same lot."""

from hashlib import blake2b

WHOLE = 2**64


def lot(*names: object) -> float:
    """Return a number from 0 up to 1 that depends on these names only, evenly spread."""
    told = ":".join(str(name) for name in names).encode()
    return int.from_bytes(blake2b(told, digest_size=8).digest()) / WHOLE


def is_drawn(percent: int, *names: object) -> bool:
    """Whether these names are among so many of a hundred; whoever is stays so at a higher rate."""
    return percent >= 100 or lot(*names) < percent / 100


def weight(percent: int) -> float:
    """How many people each who is drawn at this rate stands for."""
    return 100 / percent
