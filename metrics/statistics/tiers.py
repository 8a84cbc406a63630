"""How much may be shown at how many answers."""

from enum import IntEnum


class Tier(IntEnum):
    """Steps of sample size, each allowed to show more than the one before."""

    NO_DATA = 0
    COUNT = 1
    DISTRIBUTION = 5
    SMALL_SAMPLE = 25
    PLAIN = 100

    @property
    def shows_headline(self) -> bool:
        """Whether a score may stand large, in colour and in a ranking."""
        return self >= Tier.SMALL_SAMPLE

    @property
    def is_small(self) -> bool:
        """Whether a score that is shown needs the words "small sample" beside it."""
        return self is Tier.SMALL_SAMPLE


def tier(n: int) -> Tier:
    """The step for n answers (ours, after the practice of HCAHPS and Qualtrics)."""
    if n < 0:
        raise ValueError(f"{n} answers cannot be.")
    return max(step for step in Tier if step <= n)
