"""Customers as lines of a list, with the tone of their last answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.shown.scores import tone_of
from surveys.queries.customers import CustomerRow
from surveys.rules.metrics import name_of


@dataclass(frozen=True, kw_only=True)
class Line(CustomerRow):
    """A row and how its last score is coloured."""

    tone: str

    @property
    def metric_name(self) -> str:
        return name_of(self.metric or "")


def lines_of(rows: Sequence[CustomerRow]) -> list[Line]:
    return [Line(**vars(row), tone=tone_of(row.metric or "nps", row.score)) for row in rows]
