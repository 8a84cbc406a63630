"""What every figure may use: the two servers, how many pairs, how many requests."""

from dataclasses import dataclass
from datetime import datetime

from bench.world import Company


@dataclass(frozen=True)
class Setting:
    """Ports of the running servers, the company, and the size of the run."""

    product: int
    product_pid: int
    yardstick: int
    company: Company
    now: datetime
    pairs: int
    requests: int  # for one half of a pair
    many: int  # answers of the largest company

    @property
    def million(self) -> int:
        """Answers of the company for what is measured at a million."""
        return min(self.many, 1_000_000)

    @property
    def is_short(self) -> bool:
        """For CI and for trying out: fewer answers, which the figure then says."""
        return self.requests < 1000

    @property
    def words(self) -> str:
        return f"{self.pairs} pairs of {self.requests}, granian 2 workers, 4 connections, fsync on"
