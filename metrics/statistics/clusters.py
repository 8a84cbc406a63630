"""Answers that come in clusters (a customer, a company) tell less than their number says."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

REPEATS_THAT_MATTER = Fraction(6, 5)


@dataclass(frozen=True)
class ClusterSums:
    """Sums over clusters that the database can take: no cluster needs to be loaded."""

    clusters: int
    n: int
    total: int
    size_squared: int
    total_squared: int
    size_times_total: int

    @property
    def mean_size(self) -> Fraction | None:
        return Fraction(self.n, self.clusters) if self.clusters else None

    @property
    def needs_correction(self) -> bool:
        """Whether clusters hold more than 1.2 answers on average."""
        size = self.mean_size
        return size is not None and size > REPEATS_THAT_MATTER


def sums(clusters: Iterable[tuple[int, int]]) -> ClusterSums:
    """The sums of single clusters, each (answers, sum of their values) (Kish 1965)."""
    rows = [(size, total) for size, total in clusters if size]
    return ClusterSums(
        clusters=len(rows),
        n=sum(size for size, _ in rows),
        total=sum(total for _, total in rows),
        size_squared=sum(size * size for size, _ in rows),
        total_squared=sum(total * total for _, total in rows),
        size_times_total=sum(size * total for size, total in rows),
    )


def design_effect(of: ClusterSums, variance: Fraction) -> float | None:
    """How many times larger the variance is than with as many independent answers.

    The ratio estimator's linearised variance over the simple one (Kish 1965, *Survey
    Sampling*, section 5.4 and 8.2). Never below one: negative correlation inside
    clusters is not taken as a present. `variance` is that of one answer.
    """
    if of.clusters < 2:
        return None
    if not variance:
        return 1.0
    mean = Fraction(of.total, of.n)
    residual = of.total_squared - 2 * mean * of.size_times_total + mean * mean * of.size_squared
    clustered = residual * of.clusters / (of.clusters - 1) / of.n**2
    return max(1.0, float(clustered / (variance / of.n)))


def effective_n(n: int, effect: float) -> float:
    """The number of independent answers that would tell as much (Kish 1965)."""
    return n / effect
