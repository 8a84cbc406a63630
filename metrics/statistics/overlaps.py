"""What two periods share, and how many independent answers repeated ones are worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from metrics.statistics.clusters import ClusterSums, design_effect, effective_n
from metrics.statistics.comparing import Pairs

# How she was served and how she felt, in the words of metrics.statistics.quadrants.
Stand = tuple[str, str]


@dataclass(frozen=True)
class Overlap:
    """Counts over customers, which do not add up from days.

    `shared`: who answered in both periods, by side; `now` and `before`: answers by
    customer; `moves`: who has both in both periods, by where she stood (before, now).
    """

    shared: Pairs
    now: ClusterSums
    before: ClusterSums
    moves: Mapping[tuple[Stand, Stand], int]


def worth_of(n: int, answers: ClusterSums) -> float | None:
    """How many independent answers n of these are worth; None where it makes no difference.

    Corrected only where customers gave more than 1.2 answers on average (Kish 1965).
    """
    if not answers.needs_correction or not answers.n:
        return None
    share = Fraction(answers.total, answers.n)
    effect = design_effect(answers, share * (1 - share))
    return None if effect is None else effective_n(n, effect)
