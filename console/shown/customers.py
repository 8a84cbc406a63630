"""Customers as lines of a list, with the tone of their last answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.shown.scores import tone_of
from surveys.queries.customers import CustomerRow


@dataclass(frozen=True, kw_only=True)
class Line(CustomerRow):
    """A row and how its last score is coloured."""

    tone: str


def lines_of(rows: Sequence[CustomerRow]) -> list[Line]:
    return [Line(**vars(row), tone=tone_of(row.metric or "nps", row.score)) for row in rows]
