"""How much of a change comes from the scores and how much from who answered."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from metrics.statistics.proportions import Share
from metrics.statistics.rounding import parts_that_add


@dataclass(frozen=True)
class Decomposition:
    """A change of a pooled share, split without a rest."""

    total: Fraction
    scores: Fraction
    mix: Fraction

    @property
    def shown(self) -> tuple[int, int, int]:
        """Total, scores and mix in whole points that add up ("-6: -4 scores, -2 mix")."""
        total, (scores, mix) = parts_that_add([self.scores * 100, self.mix * 100])
        return total, scores, mix


def decompose(
    now: Mapping[Hashable, Share], before: Mapping[Hashable, Share]
) -> Decomposition | None:
    """Sum of mean weight x change of share, and of mean share x change of weight.

    Kitagawa 1955, "Components of a difference between two rates", *JASA* 50:1168-1194.
    A group seen in one period only has no change of share: all of it is mix.
    """
    n_now = sum(share.n for share in now.values())
    n_before = sum(share.n for share in before.values())
    if not n_now or not n_before:
        return None
    scores = mix = Fraction(0)
    for key in now.keys() | before.keys():
        late, early = now.get(key, _NOBODY), before.get(key, _NOBODY)
        weights = Fraction(late.n, n_now), Fraction(early.n, n_before)
        shares = _both(late, early)
        scores += (weights[0] + weights[1]) / 2 * (shares[0] - shares[1])
        mix += (shares[0] + shares[1]) / 2 * (weights[0] - weights[1])
    return Decomposition(scores + mix, scores, mix)


_NOBODY = Share(0, 0)


def _both(late: Share, early: Share) -> tuple[Fraction, Fraction]:
    known = late.exact if late.exact is not None else early.exact
    if known is None:
        return Fraction(0), Fraction(0)
    return (
        known if late.exact is None else late.exact,
        known if early.exact is None else early.exact,
    )
